import { type Next, nextAttempt } from '../../../functions/execution/next-attempt.ts'
import { coding, type Facts, type Given, round, written } from '../../support/facts.ts'
import { given } from '../../support/given.ts'
import { config as configuration } from '../../support/stubs.ts'

export const soon = new Date('2026-01-01T10:01:00.000Z')
/** The operator's configuration, with agents that all write. */
export const config = (...given: Parameters<typeof configuration>) => ({
  ...configuration(...given),
  writers: ['claude', 'codex', 'gemini'],
})
export const rules = config()
export const after = (...facts: Facts): Next => nextAttempt(given(coding(), ...facts).task(), rules, soon)
export const kindOf = (next: Next): string =>
  next.kind === 'attempt'
    ? `attempt ${next.attempt.n}.${next.attempt.handoff} ${next.attempt.implementer}`
    : next.kind === 'escalate'
      ? `escalate ${next.class}`
      : next.kind

export const oneRound = (outcome: Given, more: Parameters<typeof round>[0] = {}): Facts => [round(more), written(), outcome]
