import type { State } from './state.ts'

/** What stands between a browser and the chat page. */
export type Door = 'open' | 'challenge' | 'blocked' | 'login'

const lasts = (since: number, ms: number | undefined, now: number): boolean => ms === undefined || now < since + ms

export const isChallenged = ({ mode, challengeSince }: State, signal: 'strong' | 'weak', now: number): boolean =>
  mode.challenge?.signal === signal && lasts(challengeSince, mode.challenge.ms, now)

export const isRateLimited = ({ mode, rateLimitedSince }: State, now: number): boolean =>
  mode.rateLimited !== null && lasts(rateLimitedSince, mode.rateLimited.ms, now)

/** Value of the session cookie that counts as a login. */
export const sessionValue = ({ session }: State): string => `stand-in-${session.epoch}`

/** @param cookie value of the session cookie that the browser sent */
export const doorOf = (state: State, cookie: string | undefined, now: number): Door => {
  if (isChallenged(state, 'strong', now)) return 'challenge'
  if (state.mode.blocked) return 'blocked'
  return state.session.required && cookie !== sessionValue(state) ? 'login' : 'open'
}
