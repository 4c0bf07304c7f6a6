import { test } from 'node:test'
import routeReasoning from '../../../functions/reasoning/route-reasoning.ts'
import {
  at,
  cancelled,
  coding,
  created,
  type Facts,
  fact,
  requested,
  round,
  routed,
  started,
  storyOf,
  written,
} from '../../support/facts.ts'
import { given } from '../../support/given.ts'
import { agentsWith, config } from '../../support/stubs.ts'

const services = { agents: agentsWith(), model: { configured: true } }

test('a question goes to the command line of its agent, as a job of its own', () =>
  given(created(), routed(), started())
    .when(requested(), { services })
    .of(routeReasoning)
    .then('cli.asked', { ...requested().data, job: 'job-event-4', lane: 'cli', images: [], warnings: [], retries: 0, avoid: [] }))

test('a lane that just failed is left out; one that sees no repository gets the files first', () =>
  given(created())
    .when(requested({ avoid: ['cli'] }), { services })
    .of(routeReasoning)
    .then('reasoning.routed', { lane: 'api', avoid: ['cli'] }))

for (const purpose of ['plan', 'review', 'answer'] as const)
  test(`when no lane can take a ${purpose} it is unanswered in words, and not lost`, () =>
    given(created())
      .when(requested({ purpose, agent: 'gemini' }), { services: { agents: agentsWith(), model: { configured: false } } })
      .of(routeReasoning)
      .then(`${purpose}.unanswered`, {
        code: 'missing',
        retryable: false,
        request: { purpose, agent: 'gemini' },
        reason:
          /agent "gemini" is not configured for .* knows claude, codex\), and neither \[lanes\.browser\] nor \[lanes\.api\] is configured/,
      }))

test('nothing is asked for a task that has ended', () =>
  given(created(), cancelled()).when(requested(), { services }).of(routeReasoning).thenEnded())

const withBrowser = { ...services, config: config({ lanes: { browser: {} } }) }
const lane = (state: 'ready' | 'auth_required' | 'challenge' | 'rate_limited' | 'degraded'): Facts =>
  storyOf('lane-browser', at('2026-01-01T09:00:00.000Z', fact('lane.changed', { lane: 'browser', state, reason: 'x', site: 'chatgpt' })))
const plain = requested({ workspace: undefined })
const chat = { ...requested({ purpose: 'chat', agent: 'chat', workspace: undefined, schema: undefined }), id: 'job-abc' }

for (const [state, story] of Object.entries({ 'has not reported yet': [], 'is ready': lane('ready'), 'cools down': lane('rate_limited') }))
  test(`a browser lane that ${state} takes the question`, () =>
    given(story, created()).when(plain, { services: withBrowser }).of(routeReasoning).then('browser.asked', { lane: 'browser' }))

test('a question about code goes to the browser lane by way of those who gather the code, for a page sees no repository', () =>
  given(created())
    .when(requested(), { services: withBrowser })
    .of(routeReasoning)
    .then('reasoning.routed', { lane: 'browser', job: 'job-event-2' }))

for (const state of ['auth_required', 'challenge'] as const) {
  test(`while the browser lane is ${state}, a task’s question goes to another lane`, () =>
    given(lane(state), created()).when(plain, { services: withBrowser }).of(routeReasoning).then('cli.asked'))

  test(`while the browser lane is ${state} and there is no other, the question waits for it`, () =>
    given(lane(state), created())
      .when(plain, { services: { ...withBrowser, agents: agentsWith({}), model: { configured: false } } })
      .of(routeReasoning)
      .then('browser.asked'))
}

test('a job of the model proxy keeps its id and goes to the browser lane alone', async () => {
  await given().when(chat, { services: withBrowser }).of(routeReasoning).then('browser.asked', { job: 'job-abc', purpose: 'chat' })
  await given(lane('auth_required')).when(chat, { services: withBrowser }).of(routeReasoning).then('browser.asked', { job: 'job-abc' })
})

test('a job of the model proxy without a browser lane is unanswered in words', () =>
  given()
    .when(chat, { services })
    .of(routeReasoning)
    .then('chat.unanswered', { job: 'job-abc', code: 'missing', reason: /\[lanes\.browser\] is not configured/ }))

const review = requested({ purpose: 'review', agent: 'claude', workspace: undefined })
const overThePage = (family: string, more: object = {}) => ({
  services: { ...services, config: config({ lanes: { browser: { family }, ...more } }) },
})
const wroteCodex = given(coding(), round({ implementer: 'codex', reviewer: 'claude' }), written())

test('nobody reviews over a page what a model of the same family wrote; of another family it may', async () => {
  await wroteCodex.when(review, overThePage('codex')).of(routeReasoning).then('cli.asked', { agent: 'claude' })
  await wroteCodex
    .when(review, overThePage('codex', { purpose: { review: 'browser' } }))
    .of(routeReasoning)
    .then('cli.asked')
  await wroteCodex.when(review, overThePage('another')).of(routeReasoning).then('browser.asked')
})

const wroteClaude = given(lane('auth_required'), coding(), round({ implementer: 'claude', reviewer: 'lanes.browser' }), written())

test('what a page is asked to review itself goes over the page alone, and waits while a person must sign in', () =>
  wroteClaude
    .when(requested({ purpose: 'review', agent: 'lanes.browser' }), overThePage('codex', { purpose: { review: 'cli' } }))
    .of(routeReasoning)
    .then('reasoning.routed', { lane: 'browser', agent: 'lanes.browser' }))
