import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checks, phaseOfStep } from '../../../domain/phases.ts'
import { meaningOf } from '../../../domain/words/meaning.ts'
import { outcomeOf } from '../../../functions/verification/outcome.ts'
import { codeFailed, coding, created, dodFailed, HEAD, passed, rejected, round, scanned, verified, written } from '../../support/facts.ts'
import { given } from '../../support/given.ts'

test('the outcome counts attempts, handoffs, tokens and the time of each stage', () => {
  const task = given(
    coding(),
    [round(), written(), rejected('a')],
    [round({ handoff: 1, implementer: 'codex', reviewer: 'claude' }), written(), passed(), scanned(), dodFailed()],
    [round({ n: 2, implementer: 'codex', reviewer: 'claude' }), written(), passed(), scanned(), verified()],
  ).task()
  const outcome = outcomeOf(task, { branch: 'cortex/task-1', merged: true, sandbox: { missing: null }, at: task.updatedAt })
  assert.deepEqual([outcome.attempts, outcome.handoffs, outcome.usage.inputTokens], [2, 1, 300])
  assert.deepEqual([outcome.branch, outcome.sha, outcome.merged, outcome.files], ['cortex/task-1', HEAD, true, ['src/cart.js']])
  const { created: arrival, queued, trying, planning, gate, coding: atCode, reviewing, verifying, finishing } = outcome.durations
  assert.deepEqual([arrival, queued, trying, planning, gate, atCode, reviewing], [1000, 1000, 1000, 2000, 2000, 4000, 4000])
  assert.deepEqual([verifying, finishing, outcome.durations[phaseOfStep(checks[0]!)]], [3000, 0, 2000])
})

test('a round that is repeated after a failure of the surroundings is not counted as a handoff', () => {
  const swapped = round({ handoff: 1 })
  const task = given(coding(), [round(), written(), rejected()], [swapped, codeFailed('infrastructure')], [swapped, written()]).task()
  assert.deepEqual(
    [
      outcomeOf(task, { sandbox: { missing: null }, at: task.updatedAt }).handoffs,
      outcomeOf(task, { sandbox: { missing: null }, at: task.updatedAt }).attempts,
    ],
    [1, 1],
  )
})

test('an answer has neither branch nor commit nor attempts', () => {
  const outcome = outcomeOf(given(created()).task(), { answer: '42', sandbox: { missing: null }, at: '2026-01-01T10:00:05.000Z' })
  assert.deepEqual(outcome, { answer: '42', files: [], usage: outcome.usage, durations: { created: 5000 }, handoffs: 0, attempts: 0 })
})

test('it says when agents ran without a sandbox, and nothing of it when they ran in one', () => {
  const task = given().task()
  assert.equal('unconfined' in outcomeOf(task, { at: '2026-01-01T10:00:00.000Z', sandbox: { missing: null } }), false)
  assert.equal(outcomeOf(task, { at: '2026-01-01T10:00:00.000Z', sandbox: { missing: 'no bubblewrap' } }).unconfined, 'no bubblewrap')
})

test('it says what its author was not allowed on the way, and so does whoever tells that it is done', () => {
  const task = given(coding(), [round(), written({ denials: ['Bash curl'] })]).task()
  const outcome = outcomeOf(task, { branch: 'b', sandbox: { missing: null }, at: task.updatedAt })
  assert.deepEqual(outcome.denials, ['Bash curl'])
  assert.equal(meaningOf({ type: 'task.completed', data: { outcome } }), 'done: branch b; 1 action denied')
})
