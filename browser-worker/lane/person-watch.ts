import type { Session } from '../browser/session.ts'
import type { LaneView } from './lane-view.ts'

/** Looks after a person who signs in while the lane waits for that, in its own tab or elsewhere in its browser. */
export interface PersonWatch {
  /** The lane is in another state: one who signs in or passes a check may need tabs of his own, and is gone afterwards. */
  attend(before: LaneView, after: LaneView, session: Session): Promise<void>
  /** Somebody may be at the window since a sign-in or a check was asked for: until the lane can work nothing of the window is replaced. */
  isAwaited(): boolean
  /** The cookies say so, and nobody is disturbed when the lane's own tab is loaded anew. */
  mayHaveSignedIn(view: LaneView, session: Session): boolean
}

/** `mayBeThere`: the window can be seen. */
export const watchForPerson = (mayBeThere: boolean, now: () => number): PersonWatch => {
  let [isAwaited, areWorth] = [false, cookieHints(now)]
  return {
    isAwaited: () => isAwaited,
    attend: async (before, after, session) => {
      isAwaited = after.state !== 'ready' && (isAwaited || (mayBeThere && (after.state === 'auth_required' || after.state === 'challenge')))
      session.letTabsBe(isAwaited)
      if (after.state !== 'auth_required' || before.state === 'auth_required') return
      areWorth = cookieHints(now)
      await session.markCookies()
    },
    mayHaveSignedIn: ({ state }, session) =>
      state === 'auth_required' && (!mayBeThere || session.wasHomeOpenElsewhere()) && areWorth(session.freshCookies()),
  }
}

const FIRST_PAUSE_MS = 10_000
/** No longer than a page's own time to be loaded anew, so that a sign-in long after the start of the waiting is noticed too. */
const LONGEST_PAUSE_MS = 300_000
/** More than pages set; with so many seen, those that still come are made up each time. */
const MOST_NAMES = 64

/**
 * Tells, during one waiting, whether cookies that came or changed are worth a look: after a pause that doubles, or after the first pause when
 * one of them never came before. Pages change some of their cookies all the time, and must not be loaded without end for that.
 */
export const cookieHints = (now: () => number): ((names: readonly string[]) => boolean) => {
  const seen = new Set<string>()
  let [last, pauseMs] = [Number.NEGATIVE_INFINITY, 0]
  return (names) => {
    const fresh = names.filter((name) => !seen.has(name))
    const isNew = fresh.length > 0 && seen.size < MOST_NAMES
    if (names.length === 0 || now() < last + (isNew ? Math.min(pauseMs, FIRST_PAUSE_MS) : pauseMs)) return false
    for (const name of fresh.slice(0, MOST_NAMES - seen.size)) seen.add(name)
    last = now()
    pauseMs = Math.min(LONGEST_PAUSE_MS, Math.max(FIRST_PAUSE_MS, pauseMs * 2))
    return true
  }
}
