import type { LaneState } from '../../domain/catalogue/shared.ts'

/** What can be said of the lane at a moment. */
export interface LaneView {
  readonly state: LaneState
  readonly reason: string
  /** Not before this time, as far as is known. */
  readonly until?: Date
  readonly since: Date
  /** A turn found it so: a page that looks well proves nothing until its time is over. */
  readonly byTurn?: true
}

/** What a look at the page showed. */
export interface Observation {
  readonly state: LaneState | 'unknown'
  readonly reason: string
  /** The time the page itself names. */
  readonly until?: Date
  /** It is a page of another site, and none that the pack knows. */
  readonly isElsewhere?: true
}

/** Milliseconds a parked lane waits before it is looked at anew, unless the page names a time. */
export type Cooldowns = Readonly<Record<Exclude<LaneState, 'ready'>, number>>

/**
 * The lane after a look at its page. A cooldown lasts although the page looks well again: the dialog that told of a rate limit goes
 * away, and a page may look well and break under each turn. What a look found, or a person mends (a login, a challenge), ends as soon as
 * the page is well. Pure.
 */
export const afterLook = (view: LaneView, seen: Observation, cooldowns: Cooldowns, now: Date): LaneView => {
  const lasts = view.state === 'rate_limited' || (view.state === 'degraded' && view.byTurn === true)
  const cools = lasts && view.until !== undefined && view.until > now
  if (seen.state === 'ready') return view.state === 'ready' || cools ? view : { state: 'ready', reason: seen.reason, since: now }
  const state = seen.state === 'unknown' ? 'degraded' : seen.state
  if (cools && state === 'degraded') return view
  return after(view, { state, reason: seen.reason, ...(seen.until ? { until: seen.until } : {}) }, cooldowns, now)
}

/** The lane after a turn told that it cannot go on. Pure. */
export const parked = (view: LaneView, fault: Fault, cooldowns: Cooldowns, now: Date): LaneView => {
  const next = after(view, fault, cooldowns, now)
  return next.byTurn || next.state === 'ready' ? next : { ...next, byTurn: true }
}

interface Fault {
  readonly state: LaneState
  readonly reason: string
  readonly until?: Date
}

const after = (view: LaneView, fault: Fault, cooldowns: Cooldowns, now: Date): LaneView => {
  if (fault.state === 'ready') return { state: 'ready', reason: fault.reason, since: now }
  const same = view.state === fault.state && view.reason === fault.reason
  if (same && !fault.until && view.until && view.until > now) return view
  const until = fault.until ?? new Date(now.getTime() + cooldowns[fault.state])
  return { state: fault.state, reason: fault.reason, until, since: same ? view.since : now }
}

/** Whether others must hear of it. The next look at a lane that waits for a person is nobody's news. Pure. */
export const isNews = (before: LaneView | undefined, after: LaneView): boolean => {
  if (!before || before.state !== after.state || before.reason !== after.reason) return true
  return after.state === 'rate_limited' && before.until?.getTime() !== after.until?.getTime()
}

/**
 * Whether the page should be loaded anew at this look: its time is over, and nobody is disturbed who may be signing in or
 * answering a challenge in its window. Pure.
 */
export const isDue = (view: LaneView, now: Date, personMayBeThere: boolean): boolean => {
  if (view.state === 'ready' || (view.until && view.until > now)) return false
  return !personMayBeThere || (view.state !== 'auth_required' && view.state !== 'challenge')
}
