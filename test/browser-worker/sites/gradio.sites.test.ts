import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { loadSitePack } from '../../../browser-worker/sites/site-pack.ts'
import { reattach, takeTurn } from '../../../browser-worker/turn/turn.ts'
import type { TurnRequest } from '../../../browser-worker/turn/types.ts'
import { heardTurn, noBrowser, openTab, quickPack, type TestTab } from '../../support/browser.ts'
import { type ChatFrontEnd, noFrontEnd, startFrontEnd } from '../../support/chat-front-end/chat-front-end.ts'
import { ask, faultOf, plan, thoughts, untilSent } from '../../support/chat-front-end/turns.ts'

const skip = noBrowser || noFrontEnd('gradio')

let page: ChatFrontEnd
let open: TestTab

before(async () => {
  if (skip) return
  page = await startFrontEnd('gradio', {
    scripts: [
      { when: 'plan', steps: thoughts, answers: [plan], charactersPerSecond: 200 },
      { when: 'slowly', steps: thoughts, answers: ['Too late'] },
      { when: 'fail', answers: ['It begins'], error: 'the model is overloaded' },
      { when: '', answers: ['Understood.'] },
    ],
  })
  open = await openTab(page.url, quickPack(loadSitePack('gradio')))
})
after(async () => {
  await open?.[Symbol.asyncDispose]()
  await page?.[Symbol.asyncDispose]()
})

const take = (request: TurnRequest, heard = heardTurn()) => takeTurn(open.tab, request, heard.hooks)

test('an answer is read whole as Markdown, without the thoughts that stand in the same turn', { skip }, async () => {
  const heard = heardTurn()
  const turn = await take(ask('Make a plan'), heard)
  // Made from the HTML, which knows nothing of the blanks in the Markdown it came from.
  assert.equal(turn.markdown.replace(/(?<=\S) +/g, ' '), plan)
  assert.doesNotMatch(turn.html + turn.text, /secret|Reading/)
  assert.deepEqual([turn.degraded, turn.notes, turn.place.url], [false, [], undefined])
  assert.deepEqual(heard.labels, ['Reading', 'Checking'])
})

test('a second turn begins a new conversation and reads its own answer', { skip }, async () => {
  const turn = await take(ask('Another one'))
  assert.deepEqual([turn.markdown, turn.place.baseline], ['Understood.', 0])
})

test('a file reaches the model, and so does a prompt that is too long to be typed', { skip }, async () => {
  await take(ask('Look', { files: [{ name: 'notes.txt', contentType: 'text/plain', bytes: new TextEncoder().encode('hello') }] }))
  await take(ask('z'.repeat(50_001)))
  assert.deepEqual(
    page
      .received()
      .slice(-2)
      .map(({ files }) => files.map(({ size }) => size)),
    [[5], [50_001]],
  )
})

test('a model that fails ends the turn as failed, although a part of the answer is shown', { skip }, async () => {
  const fault = await faultOf(take(ask('Please fail')))
  assert.deepEqual([fault.code, fault.sent], ['ANSWER_FAILED', 'yes'])
  assert.match(fault.message, /the model is overloaded/)
})

test('a turn is unknown once its tab is gone, and is not sent again', { skip }, async () => {
  const heard = heardTurn()
  const turn = Promise.allSettled([take(ask('Answer slowly'), heard)])
  await untilSent(heard)
  await open.session.recover('new-page')
  await turn
  const known = { prompt: 'Answer slowly', place: heard.places.at(-1), conversation: { kind: 'new' as const }, sentAt: new Date() }
  const fault = await faultOf(reattach(open.tab, known, heardTurn().hooks))
  assert.deepEqual([fault.code, fault.sent], ['OUTCOME_UNKNOWN', 'yes'])
  assert.equal(page.received().filter(({ text }) => text === 'Answer slowly').length, 1)
})
