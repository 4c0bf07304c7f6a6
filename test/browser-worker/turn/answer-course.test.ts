import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PageSnapshot } from '../../../browser-worker/page/snapshot.ts'
import {
  type AnswerLook,
  type AnswerStep,
  courseAfter,
  courseAfterLoad,
  courseFrom,
  stepFor,
} from '../../../browser-worker/turn/answer-course.ts'
import { answeringTurn } from '../../../browser-worker/turn/answer-progress.ts'
import { TurnFault, type TurnPlace } from '../../../browser-worker/turn/types.ts'
import { answering, asked, chatgpt, noon, page } from '../page/snapshots.ts'

const began = noon.getTime()
const url = 'https://chatgpt.com/c/1'
const tab = { pack: chatgpt, home: chatgpt.urls.home }
const trouble = { fault: new TurnFault('ANSWER_FAILED', 'the page says so', { sent: 'yes' }), looks: 2 }

/** What each look calls for, with a load done where one is called for; looks come every 400 ms. */
const stepsOn = (
  look: (ms: number) => Partial<PageSnapshot> & Pick<Partial<AnswerLook>, 'trouble'>,
  { place = { baseline: 0, url }, isLive = true, forMs = 70_000 }: { place?: TurnPlace; isLive?: boolean; forMs?: number } = {},
): AnswerStep[] => {
  const steps: AnswerStep[] = []
  let course = courseFrom(began, isLive, began)
  for (let ms = 0; ms <= forMs; ms += 400) {
    const { trouble: found, ...change } = look(ms)
    const seen = page({ url, at: began + ms, turns: [asked('Question')], ...change })
    const own = seen.turns.find(({ role }) => role === 'user')
    const seenNow = { seen, own, turn: own && answeringTurn(seen.turns, own.index), place, trouble: found }
    course = courseAfter(course, seenNow)
    const step = stepFor(course, seenNow, tab)
    steps.push(step)
    if (step.kind === 'take' || step.kind === 'fail') break
    if (step.kind === 'load') course = courseAfterLoad(course, step, began + ms)
  }
  return steps
}
const told = (steps: readonly AnswerStep[]): string[] => steps.map(({ kind }) => kind).filter((kind) => kind !== 'wait')
const noteOf = (step: AnswerStep | undefined): string => (step?.kind === 'load' ? step.note : '')
const faultOf = (step: AnswerStep | undefined): Error | undefined => (step?.kind === 'fail' ? step.fault : undefined)

test('a complete answer is taken, and nothing is loaded for it', () => {
  const turns = [asked('Question'), answering('Done', 1, { finished: true })]
  assert.deepEqual(told(stepsOn(() => ({ turns }))), ['take'])
})

test('an answer without its end is looked at once more after loading, and then taken as it is', () => {
  const steps = stepsOn(() => ({ turns: [asked('Question'), answering('Half')] }), { forMs: 200_000 })
  assert.deepEqual(told(steps), ['load', 'take'])
  assert.match(noteOf(steps.find(({ kind }) => kind === 'load')), /an answer without its end$/)
})

test('a page that stands idle without an answer is loaded again and again', () => {
  assert.deepEqual(told(stepsOn(() => ({}), { forMs: 130_000 })), ['load', 'load'])
})

test('an empty answer on a page that never showed it at work is loaded again, not taken', () => {
  const looks = (isFinished: boolean) => () => ({ turns: [asked('Question'), answering('', 1, { finished: isFinished })] })
  assert.deepEqual(told(stepsOn(looks(false), { isLive: false })), ['load'])
  assert.deepEqual(told(stepsOn(looks(true), { isLive: false })), ['take'])
})

test('a page that left the conversation is brought back once', () => {
  const steps = stepsOn((ms) => ({ url: 'https://chatgpt.com/c/2', stop: ms > 0 }), { forMs: 20_000 })
  assert.deepEqual([told(steps), steps[0]?.kind], [['load'], 'load'])
})

test('without an address an idle page has failed without a word, and one that shows nothing of the turn has left it', () => {
  const place = { baseline: 0 }
  const silent = stepsOn(() => ({}), { place })
  assert.deepEqual([told(silent), faultOf(silent.at(-1))?.message], [['fail'], 'the page stood idle for 60 s and showed no answer'])
  const left = stepsOn(() => ({ turns: [], stop: true }), { place })
  assert.deepEqual([told(left), faultOf(left.at(-1))?.name, left.length], [['fail'], 'PageLost', 14])
})

test('a trouble counts once it is seen in as many looks in a row as it needs', () => {
  const steps = stepsOn((ms) => ({ stop: true, ...(ms === 800 ? {} : { trouble }) }), { forMs: 4_000 })
  assert.deepEqual([steps.length, faultOf(steps.at(-1))], [2, trouble.fault])
  const broken = stepsOn((ms) => ({ stop: true, ...(ms % 800 === 0 ? { trouble } : {}) }), { forMs: 4_000 })
  assert.deepEqual(told(broken), [])
})
