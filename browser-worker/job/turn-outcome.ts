import { messageOf } from '../../bus/errors.ts'
import type { LaneState, TurnCode } from '../../domain/catalogue/shared.ts'
import { LaneParked } from '../lane/lane.ts'
import { type LaneFault, PageLost, TurnFault } from '../turn/types.ts'
import type { Job } from './job.ts'

/** What follows a turn that broke off. */
export type TurnOutcome =
  /** The job keeps its place: what was sent is found again, what was not is tried anew. */
  | { kind: 'again'; park?: LaneFault }
  | { kind: 'unanswered'; code: TurnCode; reason: string; retryable: boolean; until?: Date; laneState?: LaneState; park?: LaneFault }

/** How often in a row the page may go away under one job before its lane is looked after first. */
const LOSSES = 3
/** Something on the page broke that no gesture foresaw: most likely it will again. */
export class PageTrouble extends Error {
  override readonly name = 'PageTrouble'
}

/** How often such trouble, or a page that goes away before anything came of it, is met again before the job is given up. */
const TROUBLES = 8
/** How often a page that nobody knows may be looked at again before the job is given up. */
const UNKNOWN_PAGES = 3

/** How often a prompt is tried again at a lane that looks well and then cannot go on: a limited account must not be hammered. */
const LANE_RETRIES = 3

/** Judges a failure by what it says about the send: what may have been sent is never sent again. Pure. */
export const judgeTurn = (error: unknown, job: Pick<Job, 'sending' | 'refusals'>, failures: number): TurnOutcome => {
  if (error instanceof LaneParked) return parkedTooLong(error, job)
  if (error instanceof TurnFault) return judgeFault(error, job, Math.max(failures, (job.refusals?.count ?? 1) - 1))
  const reason = messageOf(error).split('\n')[0] ?? ''
  if ((error instanceof PageTrouble || error instanceof PageLost) && failures >= TROUBLES) return givenUp(reason, job)
  if (error instanceof PageLost && failures < LOSSES) return { kind: 'again' }
  return { kind: 'again', park: { state: 'degraded', reason } }
}

/** Others wait: a question that breaks the page each time must not hold them up for ever. */
const givenUp = (reason: string, job: Pick<Job, 'sending'>): TurnOutcome => {
  const often = `after ${TROUBLES + 1} tries: ${reason}`
  return job.sending
    ? {
        kind: 'unanswered',
        code: 'OUTCOME_UNKNOWN',
        reason: `the prompt was sent, and its turn could not be looked at ${often}`,
        retryable: false,
      }
    : { kind: 'unanswered', code: 'PAGE_UNKNOWN', reason: `the page broke ${often}`, retryable: true }
}

const parkedTooLong = ({ view, message }: LaneParked, job: Pick<Job, 'sending'>): TurnOutcome => {
  const common = { reason: message, laneState: view.state, ...(view.until ? { until: view.until } : {}) }
  return job.sending
    ? { kind: 'unanswered', code: 'OUTCOME_UNKNOWN', retryable: false, ...common, reason: `the prompt was sent, but ${message}` }
    : { kind: 'unanswered', code: 'LANE_UNAVAILABLE', retryable: true, ...common }
}

const judgeFault = (fault: TurnFault, job: Pick<Job, 'sending'>, failures: number): TurnOutcome => {
  const park = fault.lane
  // The lane is the trouble, not this turn: it waits, and goes on where it was.
  if (park && fault.code === 'LANE_UNAVAILABLE') return failures < LANE_RETRIES ? { kind: 'again', park } : laneGivenUp(fault, park, job)
  if (fault.code === 'PAGE_UNKNOWN' && failures < UNKNOWN_PAGES)
    return { kind: 'again', park: park ?? { state: 'degraded', reason: fault.message } }
  return {
    kind: 'unanswered',
    code: fault.code,
    reason: fault.message,
    retryable: fault.retryable,
    ...(park ? { park, laneState: park.state, ...(park.until ? { until: park.until } : {}) } : {}),
  }
}

/** The lane stays parked for whoever is next; this job is told that it may come again later, if it was not sent. */
const laneGivenUp = (fault: TurnFault, park: LaneFault, job: Pick<Job, 'sending'>): TurnOutcome => ({
  kind: 'unanswered',
  ...(job.sending
    ? { code: 'OUTCOME_UNKNOWN', reason: `the prompt was sent, but ${fault.message}`, retryable: false }
    : { code: 'LANE_UNAVAILABLE', reason: `tried ${LANE_RETRIES + 1} times: ${fault.message}`, retryable: true }),
  park,
  laneState: park.state,
  ...(park.until ? { until: park.until } : {}),
})
