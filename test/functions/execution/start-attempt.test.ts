import { test } from 'node:test'
import startAttempt from '../../../functions/execution/start-attempt.ts'
import {
  approved,
  at,
  atTheGate,
  attempt,
  cancelled,
  codeFailed,
  coding,
  created,
  dodFailed,
  found,
  HEAD,
  passed,
  rejected,
  reviewing,
  round,
  routed,
  scanFailed,
  scanned,
  started,
  written,
} from '../../support/facts.ts'
import { given } from '../../support/given.ts'
import { blobOf } from '../../support/memory-blobs.ts'
import { agentsWith, config } from '../../support/stubs.ts'

const services = { agents: agentsWith() }

test('the first round begins when an approved task gets its place', () =>
  given(atTheGate(), approved())
    .when(started('code'), { services })
    .of(startAttempt)
    .then('attempt.started', { attempt: attempt(), from: undefined, feedback: [] }))

test('a place for planning starts no round', () => given(created(), routed()).when(started('plan')).of(startAttempt).thenNothing())

test('after a rejection the agents swap, and the next round goes on from the last head with the findings', () =>
  given(reviewing())
    .when(rejected('it rounds down'), { services })
    .of(startAttempt)
    .then('attempt.started', {
      attempt: attempt({ handoff: 1, implementer: 'codex', reviewer: 'claude' }),
      from: { sha: HEAD, bundle: blobOf('a bundle') },
      feedback: [found('it rounds down')],
    }))

test('after failed checks the next attempt begins with what they found', () =>
  given(reviewing(), passed(), scanned())
    .when(dodFailed('npm test ended with 1'), { services })
    .of(startAttempt)
    .then('attempt.started', { attempt: attempt({ n: 2 }), feedback: [found('npm test ended with 1', { from: 'dod' })] }))

test('the third failed attempt reaches a person, with its findings', () =>
  given(coding(), round({ n: 3 }), written(), passed(), scanned())
    .when(dodFailed('the total is wrong'), { services })
    .of(startAttempt)
    .then('task.escalated', {
      class: 'attempts',
      reason: /^3 attempts did not pass: the total is wrong/,
      findings: [found('the total is wrong', { from: 'dod' })],
    }))

test('a failure that was answered already starts nothing more', () =>
  given(reviewing(), rejected(), round({ handoff: 1 }))
    .when(started('code'), { services })
    .of(startAttempt)
    .thenNothing())

test('limits and budget are the operator’s', () =>
  given(coding(), round())
    .when(codeFailed(), { services: { ...services, config: config({ limits: { attempts: 1 } }) } })
    .of(startAttempt)
    .then('task.escalated', { class: 'attempts' }))

test('a task that is older than its time goes to a person', () =>
  given(coding(), round())
    .when(codeFailed(), { services, now: '2026-01-01T14:00:30.000Z' })
    .of(startAttempt)
    .then('task.escalated', { class: 'budget', reason: /240 minutes of 4h/ }))

test('a cancelled task gets no further round', () => given(coding(), round(), cancelled()).when(codeFailed()).of(startAttempt).thenEnded())

test('a check that could not be carried out is done again on the same code, and costs no attempt', () =>
  given(reviewing(), passed(), scanned())
    .when(dodFailed('no disk', 'infrastructure'), { services })
    .of(startAttempt)
    .then('attempt.started', { attempt: attempt(), recheck: 'dod', from: { sha: HEAD } }))

test('an implementer whose model refuses is followed by another one at once, with what was found so far', () =>
  given(reviewing(), rejected('it rounds down'), round({ handoff: 1, implementer: 'codex', reviewer: 'claude' }))
    .when(codeFailed('retryable', '429 Too Many Requests'), { services })
    .of(startAttempt)
    .then('attempt.started', {
      attempt: attempt({ handoff: 1, implementer: 'claude', reviewer: 'codex' }),
      feedback: [found('it rounds down')],
    }))

test('where every model refuses the task waits, says why, and goes on with the one that is back first', async () => {
  const alone = { agents: agentsWith({ claude: ['implement'] }) }
  const failed = at('2026-01-01T10:00:00.000Z', codeFailed('retryable', '429 Too Many Requests'))
  const run = given(coding(), round()).when(failed, { services: alone, now: '2026-01-01T10:00:00.000Z' }).of(startAttempt)
  await run.thenAll(
    ['task.postponed', { until: '2026-01-01T10:00:30.000Z', reason: 'claude is asked next; 429 Too Many Requests' }],
    ['attempt.started', { attempt: attempt(), feedback: [] }, { at: '2026-01-01T10:00:30.000Z' }],
  )
})

test('where a learned rule stopped the work a person is told how to take it out of use', async () => {
  const spent = { services: { ...services, config: config({ limits: { attempts: 1 } }) } }
  await given(reviewing())
    .when(scanFailed('chum-no-parse-012345: Money is never cut.'), spent)
    .of(startAttempt)
    .then('task.escalated', { reason: /cortex rules quarantine chum-no-parse-012345[^,]*, then [^,]*cortex retry task-1/ })
  await given(reviewing())
    .when(scanFailed(), spent)
    .of(startAttempt)
    .then('task.escalated', { reason: /^(?!.*quarantine)/ })
})
