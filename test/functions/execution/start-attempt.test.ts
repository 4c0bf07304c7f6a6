import { test } from 'node:test'
import startAttempt from '../../../functions/execution/start-attempt.ts'
import {
  approved,
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
  scanned,
  started,
  written,
} from '../../support/facts.ts'
import { given } from '../../support/given.ts'
import { blobOf } from '../../support/memory-blobs.ts'
import { agentsWith, config } from '../../support/stubs.ts'

test('the first round begins when an approved task gets its place', () =>
  given(atTheGate(), approved())
    .when(started('code'))
    .of(startAttempt)
    .then('attempt.started', { attempt: attempt(), from: undefined, feedback: [] }))

test('a place for planning starts no round', () => given(created(), routed()).when(started('plan')).of(startAttempt).thenNothing())

test('after a rejection the agents swap, and the next round goes on from the last head with the findings', () =>
  given(reviewing())
    .when(rejected('it rounds down'), { services: { agents: agentsWith() } })
    .of(startAttempt)
    .then('attempt.started', {
      attempt: attempt({ handoff: 1, implementer: 'codex', reviewer: 'claude' }),
      from: { sha: HEAD, bundle: blobOf('a bundle') },
      feedback: [found('it rounds down')],
    }))

test('after failed checks the next attempt begins with what they found', () =>
  given(reviewing(), passed(), scanned())
    .when(dodFailed('npm test ended with 1'))
    .of(startAttempt)
    .then('attempt.started', { attempt: attempt({ n: 2 }), feedback: [found('npm test ended with 1', { from: 'dod' })] }))

test('the third failed attempt reaches a person, with its findings', () =>
  given(coding(), round({ n: 3 }), written(), passed(), scanned())
    .when(dodFailed('the total is wrong'))
    .of(startAttempt)
    .then('task.escalated', {
      class: 'attempts',
      reason: /^3 attempts did not pass: the total is wrong/,
      findings: [found('the total is wrong', { from: 'dod' })],
    }))

test('a failure that was answered already starts nothing more', () =>
  given(reviewing(), rejected(), round({ handoff: 1 }))
    .when(started('code'))
    .of(startAttempt)
    .thenNothing())

test('limits and budget are the operator’s', () =>
  given(coding(), round())
    .when(codeFailed(), { services: { config: config({ limits: { attempts: 1 } }) } })
    .of(startAttempt)
    .then('task.escalated', { class: 'attempts' }))

test('a task that is older than its time goes to a person', () =>
  given(coding(), round())
    .when(codeFailed(), { now: '2026-01-01T14:00:30.000Z' })
    .of(startAttempt)
    .then('task.escalated', { class: 'budget', reason: /240 minutes of 4h/ }))

test('a cancelled task gets no further round', () => given(coding(), round(), cancelled()).when(codeFailed()).of(startAttempt).thenEnded())

test('a check that could not be carried out is done again on the same code, and costs no attempt', () =>
  given(reviewing(), passed(), scanned())
    .when(dodFailed('no disk', 'infrastructure'))
    .of(startAttempt)
    .then('attempt.started', { attempt: attempt(), recheck: 'dod', from: { sha: HEAD } }))
