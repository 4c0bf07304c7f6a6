import type { Session } from '../browser/session.ts'
import type { Tab } from '../turn/types.ts'
import type { HomeAnswer } from './ask-home.ts'
import type { LaneView, Observation } from './lane-view.ts'

export interface PersonOptions {
  /** The window can be seen, so that a person may be at work in it. */
  readonly personMayBeThere: boolean
  /** What home's server says to the tab's page, which is not touched; undefined where that tells nothing, or nobody can ask from there. */
  readonly askHome: (tab: Tab) => Promise<HomeAnswer | undefined>
  /** How many characters somebody may have typed into the tab that were not sent yet. */
  readonly typedLength: (tab: Tab) => Promise<number>
}

/** Looks after a person who signs in while the lane waits for that, in its own tab, elsewhere in its browser, or at another machine. */
export interface PersonWatch {
  /** The lane is in another state: one who signs in or passes a check may need tabs of his own, and is gone afterwards. */
  attend(before: LaneView, after: LaneView, session: Session): Promise<void>
  /** Somebody may be at the window since a sign-in or a check was asked for: until the lane can work nothing of the window is replaced. */
  isAwaited(): boolean
  /** What a look showed; a page that nobody knows is taken for one on which a person signs in, where one may be. */
  judge(seen: Observation): Observation
  /**
   * The lane's own tab should be loaded anew: cookies or home's server tell of a sign-in, or a page that nobody knows has stood still for
   * as long as the lane waits; and nobody is typing into it, for whom the hint is kept. Throws PageLost.
   */
  wantsLoad(view: LaneView, tab: Tab): Promise<boolean>
}

/** `now` in milliseconds since 1970. */
export const watchForPerson = ({ personMayBeThere: mayBeThere, askHome, typedLength }: PersonOptions, now: () => number): PersonWatch => {
  let [isAwaited, isAtUnknownPage, personAt] = [false, false, now()]
  const isTyping = typing(now)
  let [cookies, answers] = [cookieHints(now), answerHints(askHome, now)]
  return {
    isAwaited: () => isAwaited,
    attend: async (before, after, session) => {
      isAwaited = after.state !== 'ready' && (isAwaited || (mayBeThere && (after.state === 'auth_required' || after.state === 'challenge')))
      session.letTabsBe(isAwaited)
      if (after.state !== 'auth_required' || before.state === 'auth_required') return
      ;[cookies, answers, personAt] = [cookieHints(now), answerHints(askHome, now), now()]
      await session.markCookies()
    },
    judge: (seen) => {
      isAtUnknownPage = mayBeThere && (seen.isElsewhere === true || (isAwaited && seen.state === 'unknown'))
      if (isAtUnknownPage) personAt = now()
      return isAtUnknownPage ? { state: 'auth_required', reason: `somebody may be signing in: ${seen.reason}` } : seen
    },
    wantsLoad: async ({ state, until }, tab) => {
      if (state !== 'auth_required') return false
      const isInUse = mayBeThere && isTyping(await typedLength(tab))
      if (isInUse) personAt = now()
      if (isAtUnknownPage) return !isInUse && until !== undefined && until.getTime() <= now()
      const mayBeSeen = !isInUse && (!mayBeThere || tab.session.wasHomeOpenElsewhere())
      return (mayBeSeen && cookies(tab.session.freshCookies())) || (await answers(tab, isInUse, now() - personAt))
    },
  }
}

/** Who has not typed for so long has gone, whatever is left in a field. */
const LEFT_MS = 300_000

/** Tells whether somebody is typing: there is a text, and its length was another one within the last 5 minutes. */
const typing = (now: () => number): ((length: number) => boolean) => {
  let [last, changedAt] = [0, now()]
  return (length) => {
    if (length !== last) [last, changedAt] = [length, now()]
    return length > 0 && now() < changedAt + LEFT_MS
  }
}

/** Within this time after a sign-in was asked for, or somebody was last seen at the window, somebody may be signing in. */
const PLAUSIBLE_MS = 600_000

/**
 * Milliseconds between two questions to home's server: 10 s while somebody may be signing in, then more and more, up to a minute for an
 * answer as light as pages ask for by themselves all the time, and to 5 minutes for a whole page. Pure.
 */
export const askPauseMs = (waitedMs: number, isLight: boolean): number => {
  if (waitedMs < PLAUSIBLE_MS) return 10_000
  return isLight ? Math.min(60_000, waitedMs / 20) : Math.min(300_000, waitedMs / 10)
}

/**
 * Tells, during one waiting, whether home's server says something else than to who is not signed in, by the rule of `cookieHints`. While
 * the tab is in use only that first answer is asked for.
 */
const answerHints = (
  askHome: PersonOptions['askHome'],
  now: () => number,
): ((tab: Tab, isInUse: boolean, waitedMs: number) => Promise<boolean>) => {
  const areWorth = cookieHints(now)
  let askedAt = Number.NEGATIVE_INFINITY
  let signedOut: string | undefined
  return async (tab, isInUse, waitedMs) => {
    if (isInUse && signedOut !== undefined) return false
    if (now() < askedAt + askPauseMs(waitedMs, tab.pack.urls.session !== undefined)) return false
    askedAt = now()
    const answer = await askHome(tab)
    signedOut ??= answer?.words
    return areWorth(answer?.isOpen === true && answer.words !== signedOut ? [answer.words] : [])
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
