import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Lane } from '../../../domain/catalogue/shared.ts'
import { chooseLane, lanesFor } from '../../../functions/reasoning/lanes.ts'
import retryReasoning, { afterSilence } from '../../../functions/reasoning/retry-reasoning.ts'
import { at, attempt, cancelled, fact, planning, requested, reviewing, storyOf, unanswered } from '../../support/facts.ts'
import { given } from '../../support/given.ts'
import { begun, learner } from '../../support/lessons.ts'
import { parsed } from '../../support/stories.ts'
import { agentsWith, config } from '../../support/stubs.ts'

const services = { agents: agentsWith(), model: { configured: false } }
const both = { agents: agentsWith(), model: { configured: true } }
const hopeless = { retryable: false, code: 'permanent', reason: 'the key is wrong' } as const

test('silence that may pass is asked again a little later', () =>
  given(planning())
    .when(unanswered('plan'), { services })
    .of(retryReasoning)
    .then('reasoning.requested', { purpose: 'plan', retries: 1, avoid: [] }, { at: '2026-01-01T10:00:06.000Z' }))

test('silence that will not pass is asked over another lane at once', () =>
  given(planning())
    .when(unanswered('plan', hopeless), { services: both })
    .of(retryReasoning)
    .then('reasoning.requested', { retries: 0, avoid: ['cli'] }, { at: '2026-01-01T10:00:04.000Z' }))

test('a lane that is up but not in the order is no other lane', () =>
  given(planning())
    .when(unanswered('plan', hopeless), { services: { ...both, config: config({ lanes: { order: ['cli'] } }) } })
    .of(retryReasoning)
    .then('task.escalated', { class: 'permanent' }))

for (const purpose of ['plan', 'answer'] as const)
  test(`when no lane is left the ${purpose} is a person’s`, () =>
    given(planning())
      .when(unanswered(purpose, hopeless), { services })
      .of(retryReasoning)
      .then('task.escalated', { class: 'permanent', reason: `claude gave no ${purpose} (permanent): the key is wrong` }))

test('when no lane is left the review is another reviewer’s', () =>
  given(reviewing())
    .when(unanswered('review', { ...hopeless, agent: 'codex' }), { services })
    .of(retryReasoning)
    .then('review.unavailable', { attempt: attempt(), reviewer: 'codex', reason: /codex gave no review/ }))

test('nothing is asked again for a task that has ended', () =>
  given(planning(), cancelled()).when(unanswered('plan'), { services }).of(retryReasoning).thenEnded())

const NOW = '2026-01-01T12:00:00.000Z'
const silence = (more: Parameters<typeof unanswered>[1] = {}) =>
  parsed('plan.unanswered', unanswered('plan', more).data) as Parameters<typeof afterSilence>[0]

/** One lane, one agent, and no wish to wait for it. */
const alone = { lanes: ['cli'] as Lane[], others: [] as string[], hasSuccessor: false, model_wait: '0s' }

test('the pauses grow, and after the second one the lane is given up', () => {
  const request = silence().request
  const pauses = [0, 1, 2].map((retries) => {
    const next = afterSilence(silence({ request: { ...request, retries } }), alone, NOW)
    return next.kind === 'again' ? next.afterMs : next.kind
  })
  assert.deepEqual(pauses, [2000, 20_000, 'exhausted'])
})

test('however lanes are ordered, up or failing, every question ends', () => {
  const some: Lane[][] = [['cli'], ['api'], ['browser'], ['cli', 'api'], ['api', 'cli'], ['browser', 'cli', 'api']]
  for (const order of some)
    for (const up of some)
      for (const retryable of [true, false]) {
        const lanes = config({ lanes: { order } }).lanes
        const areUp = { browser: up.includes('browser'), cli: up.includes('cli'), api: up.includes('api') }
        let question = silence({ retryable })
        let asked = 0
        for (
          let next = afterSilence(question, { ...alone, lanes: lanesFor('plan', lanes, areUp) }, NOW);
          next.kind === 'again';
          next = afterSilence(question, { ...alone, lanes: lanesFor('plan', lanes, areUp) }, NOW)
        ) {
          question = { ...question, request: next.request, lane: chooseLane(next.request, lanes, areUp) ?? 'cli' }
          assert.ok(++asked <= 9, `order ${order}, up ${up}: asked ${asked} times`)
        }
      }
})

test('a lane that says how long it is away is waited for only where there is no other', () => {
  const question = silence({ until: '2026-01-01T13:00:00.000Z' })
  const only = afterSilence(question, { ...alone, model_wait: '6h' }, NOW)
  assert.deepEqual([only.kind, only.kind === 'pause' && only.afterMs], ['pause', 3_600_000])
  const other = afterSilence(question, { ...alone, lanes: ['cli', 'api'] }, NOW)
  assert.deepEqual([other.kind === 'again' && other.afterMs, other.kind === 'again' && other.request.avoid], [0, ['cli']])
})

const signedOut = storyOf(
  'lane-browser',
  at('2026-01-01T09:00:00.000Z', fact('lane.changed', { lane: 'browser', state: 'auth_required', reason: 'x', site: 'chatgpt' })),
)
const withBrowser = { ...both, config: config({ lanes: { browser: {} } }) }
const parked = { lane: 'browser', code: 'LANE_UNAVAILABLE', laneState: 'rate_limited', until: '2026-01-01T11:00:00.000Z' } as const

test('a browser lane that cools down is not waited for while there is another lane', () =>
  given(planning())
    .when(unanswered('plan', parked), { services: withBrowser })
    .of(retryReasoning)
    .then('reasoning.requested', { avoid: ['browser'], retries: 0 }, { at: '2026-01-01T10:00:04.000Z' }))

test('a browser lane that cools down and is the only one is asked again when it is over', () =>
  given(planning())
    .when(unanswered('plan', parked), { services: { ...withBrowser, ...{ agents: agentsWith({}), model: { configured: false } } } })
    .of(retryReasoning)
    .then('reasoning.requested', { avoid: [], retries: 1 }, { at: '2026-01-01T11:00:00.000Z' }))

test('what a command line could not answer does not go to a browser lane that waits for a person', () =>
  given(signedOut, planning())
    .when(unanswered('plan', hopeless), { services: { ...withBrowser, model: { configured: false } } })
    .of(retryReasoning)
    .then('task.escalated', { class: 'permanent' }))

const refusing = { ...alone, model_wait: '6h' }
const third = (more: object = {}) => silence({ request: { ...silence().request, retries: 2, ...more } })

test('a planner whose model refuses is followed by the next agent that plans, and then the first is asked again after a pause', () => {
  const next = afterSilence(third(), { ...refusing, others: ['codex'] }, NOW)
  assert.ok(next.kind === 'again')
  assert.deepEqual([next.request.agent, next.request.asked, next.request.retries, next.afterMs], ['codex', ['claude'], 0, 0])
  const both = afterSilence({ ...silence({ request: { ...next.request, retries: 2 } }), agent: 'codex' }, refusing, NOW)
  assert.ok(both.kind === 'pause')
  assert.deepEqual([both.request.agent, both.request.asked, both.request.pauses, both.afterMs], ['claude', [], 1, 30_000])
})

test('the pauses grow to the end of the patience, and then it is a person’s', () => {
  const after = (pauses: number, waitsSince: string) => {
    const next = afterSilence(third({ pauses, waitsSince }), refusing, NOW)
    return next.kind === 'pause' ? next.afterMs : next.kind
  }
  assert.deepEqual([after(1, '2026-01-01T11:59:00.000Z'), after(9, '2026-01-01T07:00:00.000Z')], [60_000, 900_000])
  assert.equal(after(9, '2026-01-01T06:01:00.000Z'), 'exhausted')
})

test('a reviewer whose model refuses is waited for only where nobody else may review', () => {
  assert.equal(afterSilence(third(), { ...refusing, hasSuccessor: true }, NOW).kind, 'exhausted')
  assert.equal(afterSilence(third(), refusing, NOW).kind, 'pause')
})

test('a stuck planner is followed by another one, and a wrong key is told to a person', () => {
  const stuck = { ...third(), retryable: false, code: 'stuck' } as const
  assert.equal(afterSilence(stuck, { ...refusing, others: ['codex'] }, NOW).kind, 'again')
  assert.equal(afterSilence(stuck, refusing, NOW).kind, 'exhausted')
  assert.equal(afterSilence({ ...third(), ...hopeless }, { ...refusing, others: ['codex'] }, NOW).kind, 'exhausted')
})

test('a task that waits for a model says so, and is asked again at that time', async () => {
  const only = { agents: agentsWith({ claude: ['plan'] }), model: { configured: false } }
  const run = given(planning())
    .when(unanswered('plan', { reason: 'status 429', request: { ...silence().request, retries: 2 } }), { services: only })
    .of(retryReasoning)
  const until = '2026-01-01T10:00:34.000Z'
  await run.thenAll(
    ['task.postponed', { until, reason: 'claude is asked next; status 429' }],
    ['reasoning.requested', { agent: 'claude', pauses: 1, waitsSince: '2026-01-01T10:00:04.000Z' }, { at: until }],
  )
})

test('a learner whom nobody answers ends with the reason, and calls no person', () =>
  given(storyOf(learner, begun, requested({ purpose: 'learn' })))
    .when({ ...unanswered('learn', hopeless), id: learner }, { services })
    .of(retryReasoning)
    .then('learner.ended', { learned: 0, reason: /the key is wrong/ }))

test('lessons that nobody compares are told to be undecided, and not lost', () =>
  given(storyOf(learner, begun, requested({ purpose: 'learn', schema: 'same' })))
    .when(
      { ...unanswered('learn', { ...hopeless, request: { ...requested().data, purpose: 'learn', schema: 'same' } }), id: learner },
      { services },
    )
    .of(retryReasoning)
    .then('learner.undecided', { reason: /the key is wrong/ }))
