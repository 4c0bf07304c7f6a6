import assert from 'node:assert/strict'
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { browserOf, openTab, reserveProfile } from '../../infra/browser/browser.ts'
import { noBrowser } from '../support/browser.ts'
import { type BrowserLaneSystem, startBrowserLane, until } from '../support/browser-lane.ts'
import { quiet } from '../support/bus.ts'
import { type ChatFrontEnd, type FrontEndOptions, noFrontEnd, startFrontEnd } from '../support/chat-front-end/chat-front-end.ts'
import { plan, thoughts } from '../support/chat-front-end/turns.ts'
import { temporaryFolder } from '../support/temporary.ts'

interface OtherPage extends AsyncDisposable {
  readonly page: ChatFrontEnd
  readonly lane: BrowserLaneSystem
}

const skipped = (t: TestContext): boolean => {
  const reason = noBrowser || noFrontEnd('chainlit')
  if (reason) t.skip(reason)
  return reason !== false
}

/** A whole system on a real chat page, which it knows from a pack outside the project and nothing else. */
const startOn = async (options: FrontEndOptions): Promise<OtherPage> => {
  await using started = new AsyncDisposableStack()
  const site = join(started.use(await temporaryFolder()).path, 'a-page-of-ours.json')
  cpSync(fileURLToPath(new URL('../../browser-worker/sites/chainlit.json', import.meta.url)), site)
  const page = started.use(await startFrontEnd('chainlit', options))
  const lane = started.use(await startBrowserLane({ lane: { site, url: page.url } }))
  const everything = started.move()
  return { page, lane, [Symbol.asyncDispose]: () => everything.disposeAsync() }
}

const texts = ({ page }: OtherPage): string[] => page.received().map(({ text }) => text)

const untilReceived = (other: OtherPage, count: number): Promise<void> =>
  until(
    () => texts(other).length >= count,
    () => `${texts(other).length} of ${count} prompts reached the model`,
  )

const signIn = async ({ lane, page }: OtherPage): Promise<void> => {
  const browser = browserOf({ loaded: lane.loaded, env: process.env, log: quiet })
  using _reserved = await reserveProfile(browser, AbortSignal.timeout(40_000))
  const { session } = await openTab(browser)
  await session.page().fill('#email', 'me@example.com')
  await session.page().fill('#password', 'open sesame')
  await session.page().press('#password', 'Enter')
  await session.page().waitForURL(page.url)
  await session.close()
}

test('another real chat page is driven by a pack alone: answers, an image, and a lost turn that is not sent again', {
  timeout: 240_000,
}, async (t) => {
  if (skipped(t)) return
  const slow = [{ name: 'Waiting', ms: 20_000, text: '' }]
  await using other = await startOn({
    scripts: [{ when: 'plan', steps: thoughts, answers: [plan] }, { when: 'wait for me', steps: slow }, { answers: ['Yes.'] }],
  })
  const pixel = 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
  const parts = [
    { type: 'text', text: 'Do you see it?' },
    { type: 'image_url', image_url: { url: pixel } },
  ]
  const asked = [other.lane.ask('Make a plan'), other.lane.ask('', { messages: [{ role: 'user', content: parts }] })]
  assert.deepEqual(await Promise.all(asked), [plan, 'Yes.'])
  assert.deepEqual(
    other.page
      .received()
      .map(({ files }) => files.map(({ size }) => size))
      .toSorted(),
    [[], [70]],
  )
  const lost = assert.rejects(other.lane.ask('wait for me'), /424 .*no trace of it/)
  await untilReceived(other, 3)
  process.kill(other.lane.pids().worker, 'SIGKILL')
  await lost
  assert.equal(await other.lane.ask('and the next one?'), 'Yes.')
  assert.equal(texts(other).filter((text) => text === 'wait for me').length, 1)
})

test('a real chat page with accounts waits for its login, and gives a killed worker the answer of the turn it lost', {
  timeout: 240_000,
}, async (t) => {
  if (skipped(t)) return
  const slow = [{ name: 'Waiting', ms: 6_000, text: '' }]
  await using other = await startOn({
    scripts: [{ when: 'wait for me', steps: slow, answers: ['Here it is.'] }, { answers: ['Yes.'] }],
    accounts: true,
  })
  const first = other.lane.ask('who waits for a login?')
  await until(
    async () => /auth_required/.test(await (await other.lane.get('/health')).text()),
    () => 'the lane did not say that a login is wanted',
  )
  await signIn(other)
  assert.equal(await first, 'Yes.')
  const answer = other.lane.ask('wait for me')
  await untilReceived(other, 2)
  process.kill(other.lane.pids().worker, 'SIGKILL')
  assert.equal(await answer, 'Here it is.')
  assert.deepEqual(texts(other), ['who waits for a login?', 'wait for me'])
})
