import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PageSnapshot, TurnSnapshot } from '../../../browser-worker/page/snapshot.ts'
import type { SitePack } from '../../../browser-worker/sites/site-pack.ts'
import { answeringTurn, judgeAnswer, noProgress, progressAfter } from '../../../browser-worker/turn/answer-progress.ts'
import { answering, asked, chatgpt, noon, page } from '../page/snapshots.ts'

interface Look {
  readonly at: number
  readonly answer?: TurnSnapshot
  readonly stop?: boolean
}

/** The standing after looks at these times, in milliseconds from the first. */
const standingAfter = (looks: readonly Look[], pack: SitePack = chatgpt) => {
  let progress = noProgress(noon.getTime())
  let last: PageSnapshot = page()
  for (const { at, answer, stop = false } of looks) {
    last = page({ at: noon.getTime() + at, stop, turns: [asked('Question'), ...(answer ? [answer] : [])] })
    progress = progressAfter(progress, last, answeringTurn(last.turns, 0))
  }
  return judgeAnswer(progress, answeringTurn(last.turns, 0), last.at, pack)
}
const every400 = (look: Omit<Look, 'at'>, untilMs: number): Look[] =>
  Array.from({ length: Math.floor(untilMs / 400) + 1 }, (_, index) => ({ at: index * 400, ...look }))

test('an answer that stands still under its bar is complete', () => {
  assert.deepEqual(standingAfter(every400({ answer: answering('Done', 1, { finished: true }) }, 1_600)), {
    kind: 'complete',
    degraded: false,
  })
})

test('it must stand still for 1.2 seconds and three looks', () => {
  const answer = answering('Done', 1, { finished: true })
  assert.equal(standingAfter(every400({ answer }, 800)).kind, 'waiting')
  assert.equal(
    standingAfter([
      { at: 0, answer },
      { at: 5_000, answer },
    ]).kind,
    'waiting',
  )
})

test('a change begins the standing still anew', () => {
  const looks = every400({ answer: answering('Done', 1, { finished: true }) }, 2_000)
  assert.equal(standingAfter([...looks, { at: 2_400, answer: answering('Done and more', 1, { finished: true }) }]).kind, 'waiting')
})

test('while the stop button is there nothing is complete', () => {
  assert.equal(standingAfter(every400({ answer: answering('Done', 1, { finished: true }), stop: true }, 120_000)).kind, 'waiting')
})

test('while it thinks without a bar nothing is complete, however long it takes', () => {
  assert.equal(standingAfter(every400({ answer: answering('Thinking text', 1, { thinking: 'Reading' }) }, 600_000)).kind, 'waiting')
})

test('a bar that comes late is waited for', () => {
  const text = every400({ answer: answering('Done') }, 30_000)
  assert.equal(standingAfter(text).kind, 'waiting')
  const bar = answering('Done', 1, { finished: true })
  assert.deepEqual(standingAfter([...text, { at: 30_400, answer: bar }]), { kind: 'complete', degraded: false })
})

test('an answer whose bar never comes is taken after a minute, as degraded', () => {
  const standing = standingAfter(every400({ answer: answering('Done') }, 61_000))
  assert.equal(standing.kind === 'complete' && standing.degraded, true)
})

test('a thinking mark that stays under a finished answer is outlived, as degraded', () => {
  const answer = answering('Done', 1, { finished: true, thinking: 'label in an unknown language' })
  assert.equal(standingAfter(every400({ answer }, 10_000)).kind, 'waiting')
  const standing = standingAfter(every400({ answer }, 21_000))
  assert.equal(standing.kind === 'complete' && standing.degraded, true)
})

test('a finished answer without text is empty only after its grace', () => {
  const answer = answering('', 1, { finished: true })
  assert.equal(standingAfter(every400({ answer }, 8_000)).kind, 'waiting')
  assert.equal(standingAfter(every400({ answer }, 10_800)).kind, 'empty')
})

test('a page without a finished bar is complete once it stands still', () => {
  const plain = { ...chatgpt, selectors: { ...chatgpt.selectors, finishedBar: [] } }
  assert.deepEqual(standingAfter(every400({ answer: answering('Done') }, 1_600), plain), { kind: 'complete', degraded: false })
})

test('the answer of a turn is the last one before the next turn of ours', () => {
  const turns = [asked('One'), answering('First', 1), answering('Second', 2), asked('Two', 3), answering('Third', 4)]
  assert.equal(answeringTurn(turns, 0)?.textStart, 'Second')
  assert.equal(answeringTurn(turns, 3)?.textStart, 'Third')
  assert.equal(answeringTurn(turns.slice(0, 4), 3), undefined)
})
