import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decode } from '../../bus/envelope.ts'
import { readAll } from '../../bus/jetstream/read.ts'
import { catalogue } from '../../domain/catalogue/index.ts'
import type { Fact } from '../../domain/fact.ts'
import { browserOf, openTab, reserveProfile } from '../../infra/browser/browser.ts'
import { type BrowserLaneSystem, QUICK, skippedWithoutBrowser, startBrowserLane, texts, untilLane } from '../support/browser-lane.ts'
import { quiet } from '../support/bus.ts'

const stored = async ({ system }: BrowserLaneSystem, filter: string): Promise<Fact[]> =>
  (await readAll(system.connection, 'EVENTS', [filter])).flatMap((message) => {
    const decoded = decode(catalogue, message)
    return decoded.kind === 'fact' ? [decoded.fact as Fact] : []
  })

test('a page that wants a login parks the lane until a person has signed in, and the login outlives a restart', {
  timeout: 180_000,
}, async (t) => {
  if (skippedWithoutBrowser(t)) return
  await using lane = await startBrowserLane({ page: { login: true } })
  const answer = lane.ask('who waits for a login?')
  await untilLane(lane, 'auth_required')
  assert.deepEqual(texts(lane), [])
  const browser = browserOf({ loaded: lane.loaded, env: process.env, log: quiet })
  {
    using _reserved = await reserveProfile(browser, AbortSignal.timeout(40_000))
    const tab = await openTab(browser)
    await tab.session.page().locator('[data-testid="login-button"]').click()
    await tab.session.page().locator('#prompt-textarea').waitFor()
    await tab.session.close()
  }
  assert.match(await answer, /stand-in/)
  await lane.restart()
  assert.match(await lane.ask('still signed in?'), /stand-in/)
  assert.deepEqual(texts(lane), ['who waits for a login?', 'still signed in?'])
})

test('a job waits for a parked lane only so long as lanes.browser.hold, and says what the lane waits for', {
  timeout: 120_000,
}, async (t) => {
  if (skippedWithoutBrowser(t)) return
  await using lane = await startBrowserLane({ lane: { hold: '2s' } })
  lane.page.setMode({ challenge: { signal: 'strong' } })
  await assert.rejects(lane.ask('is anybody there?'), /503 UPSTREAM_CHALLENGE/)
  assert.deepEqual(texts(lane), [])
})

test('a prompt that the page refuses because of its rate limit keeps its place, and is sent when the limit is over', {
  timeout: 300_000,
}, async (t) => {
  if (skippedWithoutBrowser(t)) return
  await using lane = await startBrowserLane({ lane: { cooldown: { rate_limited: '3s' } } })
  lane.page.queueScripts({ ...QUICK, rateDialog: { when: 'before-commit' } })
  const [first, second] = [lane.ask('first in, limited'), lane.ask('second in')]
  await untilLane(lane, 'rate_limited')
  assert.match(await first, /stand-in/)
  assert.match(await second, /stand-in/)
  const outcomes = lane.page.facts().prompts.map(({ text, outcome }) => `${text}: ${outcome}`)
  assert.deepEqual(outcomes, ['first in, limited: rate_limited', 'first in, limited: accepted', 'second in: accepted'])
})

test('4 questions at once are answered one after the other in the order in which they came', { timeout: 300_000 }, async (t) => {
  if (skippedWithoutBrowser(t)) return
  await using lane = await startBrowserLane({ page: { answer: (prompt) => `Answer to ${prompt}.` } })
  const questions = Array.from({ length: 4 }, (_, index) => `question ${index + 1}`)
  const answers = await Promise.all(questions.map((question) => lane.ask(question)))
  assert.deepEqual(
    answers,
    questions.map((question) => `Answer to ${question}.`),
  )
  const asked = await stored(lane, 'reasoning.requested.*')
  const arrived = await Promise.all(
    asked.map((fact) => (fact.type === 'reasoning.requested' ? lane.system.blobs.text(fact.data.prompt) : '')),
  )
  assert.deepEqual(texts(lane), arrived)
  assert.deepEqual([...arrived].sort(), [...questions].sort())
})
