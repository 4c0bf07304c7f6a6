import { nameOfRun } from '../../../domain/catalogue/checks.ts'
import { type Attempt, type Finding, isTouched } from '../../../domain/catalogue/shared.ts'
import { type Check, checks } from '../../../domain/phases.ts'
import { meaningOf } from '../../../domain/words/meaning.ts'
import { dataOf, type StoryFact } from './facts.ts'

/** What a check said; one that ran commands says the rest in them. */
export interface CheckLook {
  readonly ok: boolean
  readonly text: string
  readonly findings: readonly Finding[]
  readonly runs: readonly RunLook[]
}

export interface RunLook {
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
  readonly code?: {
    readonly ok: boolean
    readonly text: string
    readonly findings: readonly Finding[]
    /** What its author was not allowed. */
    readonly denials: readonly string[]
    /** Its author's last words. */
    readonly report?: string | undefined
  }
  readonly reviews: readonly {
    readonly verdict: 'passed' | 'rejected' | 'unavailable'
    readonly reviewer: string
    readonly reason?: string
    readonly findings: readonly Finding[]
  }[]
  /** In the order in which they came; one that is made again stands where it was. */
  readonly checks: ReadonlyMap<Check, CheckLook>
}

/** The rounds of a story, oldest first; a check that is done again stands in the same round. Pure. */
export const roundsOf = (facts: readonly StoryFact[]): RoundLook[] => {
  const rounds: RoundLook[] = []
  for (const fact of facts) {
    const started = dataOf(fact, 'attempt.started')
    const last = rounds.at(-1)
    if (started && !started.recheck) rounds.push({ attempt: started.attempt, reviews: [], checks: new Map() })
    else if (last) rounds[rounds.length - 1] = grow(last, fact)
  }
  return rounds
}

const grow = (round: RoundLook, fact: StoryFact): RoundLook => {
  const code = codeOf(fact)
  if (code) return { ...round, code }
  const review = reviewOf(fact)
  if (review) return { ...round, reviews: [...round.reviews, review] }
  const check = checks.find((one) => fact.type === `${one}.passed` || fact.type === `${one}.failed`)
  const look = check && checkOf(check, fact)
  return look ? { ...round, checks: new Map([...round.checks, [check, look]]) } : round
}

const codeOf = (fact: StoryFact): RoundLook['code'] => {
  const written = dataOf(fact, 'code.written')
  if (written) {
    const { attempt, files, denials, report } = written
    return { ok: true, text: `${attempt.implementer} changed ${files.join(', ')}`, findings: [], denials, report }
  }
  const failed = dataOf(fact, 'code.failed')
  if (!failed) return undefined
  const { attempt, reason, findings = [], denials, report } = failed
  return { ok: false, text: `${attempt.implementer}: ${reason}`, findings, denials, report }
}

const reviewOf = (fact: StoryFact): RoundLook['reviews'][number] | undefined => {
  const passed = dataOf(fact, 'review.passed')
  if (passed) return { verdict: 'passed', reviewer: passed.reviewer, findings: passed.remarks }
  const rejected = dataOf(fact, 'review.rejected')
  if (rejected) return { verdict: 'rejected', reviewer: rejected.reviewer, findings: rejected.findings }
  const none = dataOf(fact, 'review.unavailable')
  return none && { verdict: 'unavailable', reviewer: none.reviewer, reason: none.reason, findings: [] }
}

const checkOf = (check: Check, fact: StoryFact): CheckLook | undefined => {
  const passed = dataOf(fact, `${check}.passed`)
  const data = passed ?? dataOf(fact, `${check}.failed`)
  if (!data) return undefined
  const runs =
    'checks' in data ? data.checks.map((run) => ({ ...run, command: nameOfRun(run), at: fact.time, event: fact.type })) : undefined
  const findings = 'warnings' in data ? data.warnings : 'findings' in data ? data.findings : []
  const text = 'reason' in data ? data.reason : meaningOf(fact)
  // Of checks that passed, the commands say all, but for by whose tests the change was judged.
  const isSaid = passed && runs && !('judged' in passed && passed.judged?.changes.some(isTouched))
  return { ok: passed !== undefined, text: isSaid ? '' : text, findings: runs ? [] : findings, runs: runs ?? [] }
}
