import type { DataOf } from '../../../domain/catalogue/index.ts'
import type { Attempt, Finding } from '../../../domain/catalogue/shared.ts'
import { dataOf, type StoryFact } from './facts.ts'

export interface CheckLook {
  readonly command: string
  readonly exitCode: number | null
  readonly durationMs: number
  /** The moment its fact was stored: with the command it names the log. */
  readonly at: string
  readonly event: string
}

/** One round of the loop as a person wants to see it. */
export interface RoundLook {
  readonly attempt: Attempt
  readonly code?: { readonly ok: boolean; readonly text: string }
  readonly reviews: readonly {
    readonly verdict: 'passed' | 'rejected' | 'unavailable'
    readonly reviewer: string
    readonly reason?: string
    readonly findings: readonly Finding[]
  }[]
  readonly scan?: { readonly ok: boolean; readonly text: string; readonly findings: readonly Finding[] }
  readonly dod?: { readonly ok: boolean; readonly reason?: string; readonly checks: readonly CheckLook[] }
}

/** The rounds of a story, oldest first; a check that is done again stands in the same round. Pure. */
export const roundsOf = (facts: readonly StoryFact[]): RoundLook[] => {
  const rounds: RoundLook[] = []
  for (const fact of facts) {
    const started = dataOf(fact, 'attempt.started')
    const last = rounds.at(-1)
    if (started && !started.recheck) rounds.push({ attempt: started.attempt, reviews: [] })
    else if (last) rounds[rounds.length - 1] = grow(last, fact)
  }
  return rounds
}

const grow = (round: RoundLook, fact: StoryFact): RoundLook => {
  const code = codeOf(fact)
  if (code) return { ...round, code }
  const review = reviewOf(fact)
  if (review) return { ...round, reviews: [...round.reviews, review] }
  const scan = scanOf(fact)
  if (scan) return { ...round, scan }
  const dod = dataOf(fact, 'dod.passed') ?? dataOf(fact, 'dod.failed')
  return dod ? { ...round, dod: dodOf(dod, fact) } : round
}

const codeOf = (fact: StoryFact): RoundLook['code'] => {
  const written = dataOf(fact, 'code.written')
  if (written) return { ok: true, text: `${written.attempt.implementer} changed ${written.files.join(', ')}` }
  const failed = dataOf(fact, 'code.failed')
  return failed && { ok: false, text: `${failed.attempt.implementer}: ${failed.reason}` }
}

const reviewOf = (fact: StoryFact): RoundLook['reviews'][number] | undefined => {
  const passed = dataOf(fact, 'review.passed')
  if (passed) return { verdict: 'passed', reviewer: passed.reviewer, findings: passed.remarks }
  const rejected = dataOf(fact, 'review.rejected')
  if (rejected) return { verdict: 'rejected', reviewer: rejected.reviewer, findings: rejected.findings }
  const none = dataOf(fact, 'review.unavailable')
  return none && { verdict: 'unavailable', reviewer: none.reviewer, reason: none.reason, findings: [] }
}

const scanOf = (fact: StoryFact): RoundLook['scan'] => {
  const passed = dataOf(fact, 'scan.passed')
  if (passed) return { ok: true, text: passed.skipped ? `skipped: ${passed.skipped}` : 'nothing that blocks', findings: passed.warnings }
  const failed = dataOf(fact, 'scan.failed')
  return failed && { ok: false, text: failed.reason, findings: failed.findings }
}

const dodOf = (data: DataOf<'dod.passed'> | DataOf<'dod.failed'>, { type, time }: StoryFact): NonNullable<RoundLook['dod']> => ({
  ok: type === 'dod.passed',
  ...('reason' in data ? { reason: data.reason } : {}),
  checks: data.checks.map(({ command, exitCode, durationMs }) => ({ command, exitCode, durationMs, at: time, event: type })),
})
