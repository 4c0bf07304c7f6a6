import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { loadSitePack } from '../../../browser-worker/sites/site-pack.ts'
import { readPageState, reattach, siteReport, takeTurn } from '../../../browser-worker/turn/turn.ts'
import type { TurnRequest } from '../../../browser-worker/turn/types.ts'
import { heardTurn, noBrowser, openTab, quickPack, type TestTab } from '../../support/browser.ts'
import { type ChatFrontEnd, type FrontEndScript, noFrontEnd, startFrontEnd } from '../../support/chat-front-end/chat-front-end.ts'
import { ask, faultOf, plan, thoughts, untilSent } from '../../support/chat-front-end/turns.ts'

const skip = noBrowser || noFrontEnd('chainlit')
const pack = quickPack(loadSitePack('chainlit'))

const scripts: Partial<FrontEndScript>[] = [
  { when: 'plan', steps: thoughts, answers: [plan], charactersPerSecond: 200 },
  { when: 'slowly', steps: [{ name: 'Waiting', ms: 2_500, text: '' }], answers: ['Found again'] },
  { when: 'long', steps: [{ name: 'Waiting', ms: 9_000, text: '' }], answers: ['Found late'] },
  { when: 'twice', steps: thoughts.slice(0, 1), answers: ['First I look around.', 'Now the answer.'] },
  { when: 'fail', error: 'the model is overloaded' },
  { when: '', answers: ['Understood.'] },
]

let page: ChatFrontEnd
let open: TestTab

before(async () => {
  if (skip) return
  page = await startFrontEnd('chainlit', { scripts })
  open = await openTab(page.url, pack)
})
after(async () => {
  await open?.[Symbol.asyncDispose]()
  await page?.[Symbol.asyncDispose]()
})

const take = (request: TurnRequest, heard = heardTurn()) => takeTurn(open.tab, request, heard.hooks)
const signIn = async ({ session }: TestTab, { url }: ChatFrontEnd): Promise<void> => {
  await session.page().fill('#email', 'me@example.com')
  await session.page().fill('#password', 'open sesame')
  await session.page().press('#password', 'Enter')
  await session.page().waitForURL(url)
}
/** How often each prompt reached the model. */
const received = (text: string) => page.received().filter((one) => one.text === text)

test('an answer is read whole as Markdown, without the thoughts before it', { skip }, async () => {
  const heard = heardTurn()
  const turn = await take(ask('Make a plan'), heard)
  assert.equal(turn.markdown, plan)
  assert.doesNotMatch(turn.html + turn.text, /secret|Reading/)
  assert.deepEqual([turn.degraded, turn.notes], [false, []])
  assert.deepEqual(heard.told.slice(0, 2), ['sending', 'sent'])
  assert.deepEqual(heard.labels, ['Reading', 'Checking'])
  // What was streamed must go on into the whole: a client has it already.
  assert.ok(heard.partials.length > 0)
  for (const partial of heard.partials)
    assert.ok(
      [turn.markdown, turn.rendered ?? ''].some((reading) => reading.startsWith(partial)),
      JSON.stringify(partial),
    )
})

test('a second turn begins a new conversation and reads its own answer', { skip }, async () => {
  const turn = await take(ask('Another one'))
  assert.equal(turn.markdown, 'Understood.')
  assert.equal(turn.place.baseline, 0)
})

test('files and an image reach the model', { skip }, async () => {
  const files = [
    { name: 'notes.txt', contentType: 'text/plain', bytes: new TextEncoder().encode('hello') },
    {
      name: 'pixel.png',
      contentType: 'image/png',
      bytes: Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64'),
    },
  ]
  await take(ask('Look at these', { files }))
  assert.deepEqual(
    received('Look at these').map((one) => one.files.map(({ name, size }) => [name, size])),
    [
      [
        ['notes.txt', 5],
        ['pixel.png', 70],
      ],
    ],
  )
})

for (const size of [5_000, 50_000]) {
  test(`${size} characters arrive whole`, { skip }, async (t) => {
    const prompt = 'A line with ümläut & <b>brackets</b>, 数字 and "quotes".\n'.repeat(1_000).slice(0, size - 1) + '.'
    const { timings } = await take(ask(prompt))
    assert.equal(received(prompt).length, 1)
    t.diagnostic(`${size} characters stood in the composer after ${timings.insertMs} ms`)
  })
}

test('a longer prompt goes as a file', { skip }, async () => {
  await take(ask('z'.repeat(50_001)))
  assert.deepEqual(
    page
      .received()
      .at(-1)
      ?.files.map((file) => file.size),
    [50_001],
  )
})

test('messages in a row are one answer, whole', { skip }, async () => {
  assert.equal((await take(ask('Say it twice'))).markdown, 'First I look around.\n\nNow the answer.')
})

test('a model that fails without a word on the page ends the turn as empty once the page has stood idle', { skip }, async () => {
  const fault = await faultOf(take(ask('Please fail')))
  assert.deepEqual([fault.code, fault.sent, fault.retryable], ['ANSWER_EMPTY', 'yes', true])
})

test('a turn on a page that keeps no conversations is unknown once the page is gone, and is not sent again', { skip }, async () => {
  const heard = heardTurn()
  const turn = Promise.allSettled([take(ask('Answer slowly'), heard)])
  await untilSent(heard)
  await open.session.recover('new-page')
  await turn
  const known = { prompt: 'Answer slowly', place: heard.places.at(-1), conversation: { kind: 'new' as const }, sentAt: new Date() }
  const fault = await faultOf(reattach(open.tab, known, heardTurn().hooks))
  assert.deepEqual([fault.code, fault.sent], ['OUTCOME_UNKNOWN', 'yes'])
  assert.equal(received('Answer slowly').length, 1)
})

test('with accounts: the login is told, and after it a lost turn is found by its address and by the list of conversations', {
  skip,
}, async () => {
  await using kept = await startFrontEnd('chainlit', { scripts, accounts: true })
  await using own = await openTab(kept.url, pack)
  assert.equal((await readPageState(own.tab)).state, 'auth_required')
  const refused = await faultOf(takeTurn(own.tab, ask('x'), heardTurn().hooks))
  assert.equal(refused.lane?.state, 'auth_required', refused.message)
  await signIn(own, kept)
  const heard = heardTurn()
  const turn = Promise.allSettled([takeTurn(own.tab, ask('Answer slowly'), heard.hooks)])
  await untilSent(heard)
  await own.session.recover('new-page')
  await turn
  const known = { prompt: 'Answer slowly', conversation: { kind: 'new' as const }, sentAt: new Date() }
  const byList = await reattach(own.tab, known, heardTurn().hooks)
  assert.deepEqual([byList.markdown, byList.notes], ['Found again', ['the turn was found by the list of conversations']])
  assert.match(byList.place.url ?? '', /\/thread\/[\w-]+$/)
  await own.session.recover('new-page')
  const byUrl = await reattach(own.tab, { ...known, place: byList.place }, heardTurn().hooks)
  assert.equal(byUrl.markdown, 'Found again')
  const more = await takeTurn(own.tab, ask('Go on', { conversation: { kind: 'resume', url: byList.place.url ?? '' } }), heardTurn().hooks)
  assert.equal(more.place.url, byList.place.url)
  assert.deepEqual(
    kept.received().map(({ text }) => text),
    ['Answer slowly', 'Go on'],
  )
})

test('with accounts: a reopened conversation that shows nothing of the work that goes on is loaded again until the answer is there', {
  skip,
}, async () => {
  await using kept = await startFrontEnd('chainlit', { scripts, accounts: true })
  await using own = await openTab(kept.url, pack)
  await signIn(own, kept)
  const heard = heardTurn()
  const turn = Promise.allSettled([takeTurn(own.tab, ask('Think long'), heard.hooks)])
  await untilSent(heard)
  await own.session.recover('new-page')
  await turn
  const known = { prompt: 'Think long', conversation: { kind: 'new' as const }, sentAt: new Date() }
  const found = await reattach(own.tab, known, heardTurn().hooks)
  assert.equal(found.markdown, 'Found late')
  assert.match(found.notes.join(), /loaded again/)
  assert.equal(kept.received().length, 1)
})

test('the report waits for a page that is drawn after its document has loaded', { skip }, async () => {
  await using fresh = await openTab(page.url, pack)
  const site = await siteReport(fresh.tab)
  assert.equal(site.ready, true)
  assert.deepEqual(site.selectors['composer'], { all: 1, visible: 1, by: { '#chat-input': { all: 1, visible: 1 } } })
})
