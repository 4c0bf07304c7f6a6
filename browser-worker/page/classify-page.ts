import { matchesAny, type SitePack, type SiteSignal } from '../sites/site-pack.ts'
import { isElsewhere, pathWithin } from './place.ts'
import { resetTime, type TimeWords } from './reset-time.ts'
import type { PageSnapshot } from './snapshot.ts'

export interface PageState {
  readonly state: 'ready' | 'auth_required' | 'challenge' | 'rate_limited' | 'degraded' | 'unknown'
  readonly reason: string
  /** When the page says it will be usable again. */
  readonly until?: Date
  /** It is a page of another site, and none that the pack knows. */
  readonly isElsewhere?: true
}

/**
 * What a page is, from one look at it; `home` is where the pack's paths are relative to. Words inside the conversation never count:
 * notices are dialogs and alerts outside it, and the page's text only where it is short and has no composer.
 */
export const classifyPage = (snapshot: PageSnapshot, pack: SitePack, now: Date, home: string = pack.urls.home): PageState => {
  const sees = (name: keyof SitePack['signals']) => signalSeen(snapshot, name, pack.signals[name], home)
  const strong = sees('challenge')
  if (strong) return { state: 'challenge', reason: `a check for people is shown (${strong}); a person must pass it` }
  const blocked = sees('blocked')
  if (blocked) return { state: 'auth_required', reason: `the account is held by the page (${blocked}); a person must look` }
  const login = sees('login')
  if (login && !(snapshot.loggedIn && snapshot.composer.count > 0)) {
    return { state: 'auth_required', reason: `nobody is signed in (${login}); a person must sign in` }
  }
  const limited = snapshot.notices.find(({ text }) => matchesAny(pack.texts.rateLimited, text))
  if (limited) return rateLimited(limited.text, now, pack)
  if (snapshot.composer.count > 0) return { state: 'ready', reason: 'the composer is shown' }
  const state = withoutComposer(snapshot, pack, now, sees('failed'))
  return state.state === 'unknown' && isElsewhere(home, snapshot.url) ? { ...state, isElsewhere: true } : state
}

/** Where Chromium shows that a page did not load; its title is the host's name. */
const BROWSERS_OWN = 'chrome-error:'

/** A rate limit with the time its notice shows. */
export const rateLimited = (text: string, now: Date, words: TimeWords): PageState => ({
  state: 'rate_limited',
  reason: `the page says: ${text.slice(0, 200)}`,
  until: resetTime(text, now, words),
})

const withoutComposer = (snapshot: PageSnapshot, pack: SitePack, now: Date, failed: string | undefined): PageState => {
  const since = snapshot.weakChallengeSince
  if (since !== null && now.getTime() - since >= pack.timing.weakChallengeMs) {
    return { state: 'challenge', reason: 'signs of a check for people stay and there is no composer; a person must look' }
  }
  if (matchesAny(pack.texts.rateLimited, snapshot.shortText) && snapshot.shortText !== '') return rateLimited(snapshot.shortText, now, pack)
  if (failed) return { state: 'degraded', reason: `the page is out of order (${failed})` }
  if (snapshot.url.startsWith(BROWSERS_OWN))
    return { state: 'degraded', reason: `the page at ${snapshot.title || 'its address'} cannot be reached` }
  return {
    state: 'unknown',
    reason: `no composer and no known state at ${snapshot.url.split(/[?#]/)[0]}, title "${snapshot.title.slice(0, 80)}"`,
  }
}

/** Which sign of a signal is there, in words; undefined when none is. */
const signalSeen = (snapshot: PageSnapshot, name: string, signal: SiteSignal, home: string): string | undefined => {
  const named = signalNamed(snapshot, signal, home)
  if (named) return named
  if (snapshot.signals.includes(name)) return 'by what it shows'
  const texts = [...snapshot.notices.map(({ text }) => text), ...(snapshot.composer.count === 0 ? [snapshot.shortText] : [])]
  const text = texts.find((one) => one !== '' && matchesAny(signal.texts, one))
  return text === undefined ? undefined : `by its words "${text.slice(0, 80)}"`
}

/** Whether an address and a title, which a page may not even be shown for, are those of the login. */
export const showsLogin = (page: Pick<PageSnapshot, 'url' | 'title'>, { signals }: SitePack, home: string): boolean =>
  signalNamed(page, signals.login, home) !== undefined

const signalNamed = ({ url, title }: Pick<PageSnapshot, 'url' | 'title'>, signal: SiteSignal, home: string): string | undefined => {
  if (signal.hosts.includes(hostOf(url))) return 'by its host'
  const path = pathWithin(home, url)
  if (path !== null && signal.paths.length > 0 && matchesAny(signal.paths, path)) return 'by its address'
  return signal.titles.length > 0 && matchesAny(signal.titles, title) ? `by its title "${title.slice(0, 80)}"` : undefined
}

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).hostname : '')
