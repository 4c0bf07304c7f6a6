import type { Session } from '../browser/session.ts'
import type { LaneView } from './lane-view.ts'

/** Looks after a person who signs in while the lane waits for that, in its own tab or elsewhere in its browser. */
export interface PersonWatch {
  /** The lane is in another state: one who signs in or passes a check may need tabs of his own, and is gone afterwards. */
  attend(before: LaneView, after: LaneView, session: Session): Promise<void>
  /** The cookies say so, and nobody is disturbed when the lane's own tab is loaded anew. */
  mayHaveSignedIn(view: LaneView, session: Session): boolean
}

/** `mayBeThere`: the window can be seen. */
export const watchForPerson = (mayBeThere: boolean): PersonWatch => {
  let areWorth = cookieHints()
  return {
    attend: async (before, after, session) => {
      session.letTabsBe(mayBeThere && (after.state === 'auth_required' || after.state === 'challenge'))
      if (after.state !== 'auth_required' || before.state === 'auth_required') return
      areWorth = cookieHints()
      await session.markCookies()
    },
    mayHaveSignedIn: ({ state }, session) =>
      state === 'auth_required' && (!mayBeThere || session.hasOtherTabs()) && areWorth(session.freshCookies()),
  }
}

const FIRST_PAUSE_MS = 10_000

/**
 * Tells, during one waiting, whether cookies that came or changed are worth a look: when one of them never came before, or after a pause
 * that doubles. Pages change some of their cookies all the time, and must not be loaded without end for that.
 */
export const cookieHints = (now: () => number = Date.now): ((names: readonly string[]) => boolean) => {
  const seen = new Set<string>()
  let [after, pauseMs] = [0, FIRST_PAUSE_MS]
  return (names) => {
    const isNew = names.some((name) => !seen.has(name))
    if (names.length === 0 || (!isNew && now() < after)) return false
    for (const name of names) seen.add(name)
    after = now() + pauseMs
    pauseMs *= 2
    return true
  }
}
