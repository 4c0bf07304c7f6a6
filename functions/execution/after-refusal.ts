import { milliseconds } from '../../bus/duration.ts'
import type { Attempt } from '../../domain/catalogue/shared.ts'
import type { Round } from '../../domain/task.ts'

/** Pauses after the first refusal of a model, the second and so on; the last one repeats. */
const PAUSES_MS = [30_000, 60_000, 120_000, 240_000, 480_000, 900_000]

/** How long a model that has refused so often in a row is left alone. Pure. */
export const pauseAfter = (refusals: number): number => PAUSES_MS[Math.min(refusals, PAUSES_MS.length) - 1]!

/** Whether a round ended because the implementer's model is overloaded, over a limit or away: nobody did anything wrong. */
export const isRefused = ({ outcome, class: cls }: Round): boolean => outcome === 'code.failed' && cls === 'retryable'

export type AfterRefusal =
  | { kind: 'attempt'; attempt: Attempt; at: Date; why: string }
  /** Every model was waited for as long as the operator wants. */
  | { kind: 'waited'; reason: string }

/**
 * Who goes on after refusals, and when: the next agent that writes and has not refused, at once; where all have, the one whose model
 * is back first, after a pause that grows. An agent that reviews changes places with the one that wrote. Pure.
 * @param rounds of the task, the last of them refused
 */
export const afterRefusal = (
  rounds: readonly Round[],
  { writers, modelWait }: { writers: readonly string[]; modelWait: string },
  now: Date,
): AfterRefusal => {
  const refusals = rounds.slice(rounds.findLastIndex((round) => !isRefused(round)) + 1)
  const last = refusals.at(-1)!
  const { implementer, reviewer } = last.attempt
  const others = writers.filter((name) => name !== implementer && name !== reviewer)
  const line = [implementer, ...others, ...(writers.includes(reviewer) && reviewer !== implementer ? [reviewer] : [])]
  const rests = line.map((name) => ({ name, until: restsUntil(refusals.filter((round) => round.attempt.implementer === name)) }))
  const next = rests.reduce((first, other) => (other.until < first.until ? other : first))
  const at = new Date(Math.max(next.until, now.getTime()))
  const why = `${refusals.at(-1)?.reason ?? 'the model refused'}`
  if (at.getTime() - momentOf(refusals[0]!) > milliseconds(modelWait))
    return { kind: 'waited', reason: `no model took it within ${modelWait} (limits.model_wait): ${why}` }
  const swapped = next.name === reviewer ? { implementer: reviewer, reviewer: implementer } : { implementer: next.name }
  return { kind: 'attempt', attempt: { ...last.attempt, ...swapped }, at, why: `${next.name} is asked next; ${why}` }
}

const momentOf = ({ at }: Round): number => Date.parse(at ?? '') || 0

/** When an agent's model may be asked again: as it said itself, or after the pause for so many refusals; 0 for one that did not refuse. */
const restsUntil = (refusals: readonly Round[]): number => {
  const last = refusals.at(-1)
  if (!last) return 0
  return last.until === undefined ? momentOf(last) + pauseAfter(refusals.length) : Date.parse(last.until)
}
