import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Round } from '../../../domain/task.ts'
import { afterRefusal, pauseAfter } from '../../../functions/execution/after-refusal.ts'
import { attempt } from '../../support/facts.ts'

const at = (time: string): string => `2026-01-01T${time}:00.000Z`
const refused = (implementer: string, time: string, more: Partial<Round> = {}): Round => ({
  attempt: attempt({ implementer, reviewer: implementer === 'claude' ? 'codex' : 'claude' }),
  outcome: 'code.failed',
  class: 'retryable',
  reason: `${implementer}: 429`,
  findings: [],
  at: at(time),
  ...more,
})
const next = (rounds: readonly Round[], writers: readonly string[], now: string, modelWait = '6h'): string => {
  const found = afterRefusal(rounds, { writers, modelWait }, new Date(at(now)))
  return found.kind === 'waited'
    ? found.reason
    : `${found.attempt.implementer}/${found.attempt.reviewer} ${found.at.toISOString().slice(11, 19)}`
}

test('the next agent that writes goes on at once, and the reviewer comes last', () => {
  assert.equal(next([refused('claude', '10:00')], ['claude', 'codex', 'gemini'], '10:00'), 'gemini/codex 10:00:00')
  assert.equal(next([refused('claude', '10:00')], ['claude', 'codex'], '10:00'), 'codex/claude 10:00:00')
})

test('where all have refused, the one whose model is back first is asked again, after a pause that grows', () => {
  const both = [refused('claude', '10:00'), refused('codex', '10:10')]
  assert.equal(next(both, ['claude', 'codex'], '10:10'), 'claude/codex 10:10:00')
  assert.equal(next([refused('claude', '10:00')], ['claude'], '10:00'), 'claude/codex 10:00:30')
  const thrice = ['10:00', '10:01', '10:02'].map((time) => refused('claude', time))
  assert.equal(next(thrice, ['claude'], '10:02'), 'claude/codex 10:04:00')
  assert.deepEqual([1, 2, 6, 60].map(pauseAfter), [30_000, 60_000, 900_000, 900_000])
})

test('a model that says when it is back is not asked before', () => {
  assert.equal(next([refused('claude', '10:00', { until: at('13:30') })], ['claude'], '10:00'), 'claude/codex 13:30:00')
})

test('only refusals in a row count: a round in which somebody worked begins anew', () => {
  const worked: Round = { ...refused('claude', '10:05'), class: 'no_change' }
  const rounds = [refused('claude', '10:00'), refused('claude', '10:01'), worked, refused('claude', '10:06')]
  assert.equal(next(rounds, ['claude'], '10:06'), 'claude/codex 10:06:30')
})

test('a wait longer than the operator wants is a person’s, and says which model refused', () => {
  assert.match(
    next([refused('claude', '10:00', { until: at('17:00') })], ['claude'], '10:00'),
    /^no model took it within 6h .*: claude: 429/,
  )
  assert.match(next([refused('claude', '10:00'), refused('claude', '11:01')], ['claude'], '11:01', '1h'), /within 1h/)
})
