import { setTimeout as sleep } from 'node:timers/promises'
import { messageOf } from '../../bus/errors.ts'
import { classifyPage, type PageState } from '../page/classify-page.ts'
import { countHits, readChrome } from '../page/in-page/read-snapshot.ts'
import { languageFallback } from '../page/language.ts'
import { pathWithin } from '../page/place.ts'
import { lookPastNavigation, readerInput, readPage } from '../page/read-page.ts'
import { redact } from '../page/redact.ts'
import { runInPage } from '../page/run-in-page.ts'
import { lookUntilKnown } from '../page/until-known.ts'
import { closeKnownDialogs } from './preflight.ts'
import type { Tab } from './types.ts'

export type { PageState } from '../page/classify-page.ts'

/** How well a site pack fits the page that is shown. */
export interface SiteReport {
  readonly ready: boolean
  readonly state: PageState
  readonly url: string
  readonly title: string
  /** What is made do with, where the page is in another language than the pack. */
  readonly language?: string
  /** Hits of each name's selectors together, and of each by itself. */
  readonly selectors: Readonly<
    Record<string, { all: number; visible: number; by: Readonly<Record<string, { all: number; visible: number }>> }>
  >
  /** The page's own words, without what anybody wrote. */
  readonly body_preview: string
}

/** A page that nobody knows may only be loading: it is looked at again for so long. */
const loadingMs = 8_000
const lookMs = 200
/** A report is asked for with a time limit of its own, which this leaves some of. */
const reportAfterMs = 3_000

/**
 * What the page is once that shows, without navigating; 'unknown' when it does not in 8 s. The signal ends the waiting. A dialog that the pack knows is closed once it was read, so that a rate limit is told once
 * with its time and does not stand for ever. Throws PageLost, or AbortError.
 */
export const readPageState = async (tab: Tab, signal?: AbortSignal): Promise<PageState> => {
  const state = await knownState(tab, loadingMs, signal)
  if (state.state === 'rate_limited') await closeKnownDialogs({ page: tab.session.page(), pack: tab.pack })
  return state
}

const knownState = (tab: Tab, forMs: number, signal?: AbortSignal): Promise<PageState> => {
  const page = tab.session.page()
  const look = async () => classifyPage(await readPage(page, tab.pack), tab.pack, new Date(), tab.home)
  return lookUntilKnown(look, ({ state }) => state !== 'unknown', { forMs, pause: () => sleep(lookMs, undefined, { signal }) })
}

/** Counts the hits of every selector, on a page that may only be loading once it is known or has had its time. Throws PageLost. */
export const siteReport = async (tab: Tab): Promise<SiteReport> => {
  await knownState(tab, reportAfterMs)
  return reportAsItStands(tab)
}

const reportAsItStands = async (tab: Tab): Promise<SiteReport> => {
  const page = tab.session.page()
  const seen = await readPage(page, tab.pack)
  const state = classifyPage(seen, tab.pack, new Date(), tab.home)
  const hits = await lookPastNavigation(page, () => runInPage(page, countHits, tab.pack.selectors))
  const chrome = await lookPastNavigation(page, () => runInPage(page, readChrome, readerInput(tab.pack)))
  const language = languageFallback(tab.pack, seen.language)
  return {
    ready: state.state === 'ready',
    state,
    ...(language ? { language } : {}),
    url: withoutQuery(tab.home, seen.url),
    // A conversation is titled by what was asked in it.
    title: seen.turns.length > 0 ? '(of a conversation)' : redact(seen.title, 200),
    selectors: Object.fromEntries(
      Object.entries(hits).map(([name, counts]) => [name, { ...sum(counts), by: named(tab.pack.selectors, name, counts) }]),
    ),
    body_preview: redact(chrome, 1_000),
  }
}

/**
 * A report on a page where a turn failed: hits, sizes and states, never what was asked or answered; on the picture those
 * are covered, and there is none where the pack does not find them.
 */
export const diagnose = async (tab: Tab): Promise<{ report: object; screenshot?: Uint8Array }> => {
  const page = tab.session.page()
  const site = await reportAsItStands(tab)
  const seen = await readPage(page, tab.pack)
  const turns = seen.turns.slice(-6).map(({ id, index, role, textLength, finished, hasCopy, thinking, errors, model }) => ({
    ...{ id, index, role, textLength, finished, hasCopy, model },
    thinking: thinking !== null,
    errors: errors.map((text) => redact(text, 200)),
  }))
  // A pack that does not find what people wrote cannot cover it.
  const isCovered = seen.composer.count > 0 && seen.turns.length > 0
  const picture = isCovered
    ? await coveredPicture(tab)
    : 'the pack finds no turns or no composer on it, so what they say could not be covered'
  const report = {
    site: isCovered ? site : { ...site, body_preview: '' },
    pack: { name: tab.pack.name, version: tab.pack.version },
    composer: { count: seen.composer.count, textLength: seen.composer.textLength },
    ...{
      send: seen.send,
      stop: seen.stop,
      chips: seen.chips.length,
      uploading: seen.uploading,
      loggedIn: seen.loggedIn,
      signals: seen.signals,
    },
    notices: seen.notices.map(({ kind, text }) => ({ kind, text: redact(text, 200) })),
    turnCount: seen.turns.length,
    lastTurns: turns,
    ...(typeof picture === 'string' ? { noScreenshot: picture.split('\n')[0] } : {}),
  }
  return typeof picture === 'string' ? { report } : { report, screenshot: picture }
}

/** The page with everything blotted out that the pack knows to be somebody's words; or why there is none. */
const coveredPicture = async ({ session, pack }: Tab): Promise<Uint8Array | string> => {
  const page = session.page()
  const { turn, userTurn, assistantTurn, composer, historyItem, loggedIn } = pack.selectors
  const written = [turn, userTurn, assistantTurn, composer, historyItem, loggedIn].flat().map((selector) => page.locator(selector))
  try {
    return await page.screenshot({ type: 'png', mask: written, animations: 'disabled', timeout: 4_000 })
  } catch (error) {
    return messageOf(error)
  }
}

const sum = (counts: readonly { all: number; visible: number }[]) => ({
  all: counts.reduce((total, { all }) => total + all, 0),
  visible: counts.reduce((total, { visible }) => total + visible, 0),
})

const named = (selectors: Tab['pack']['selectors'], name: string, counts: readonly { all: number; visible: number }[]) =>
  Object.fromEntries((selectors[name as keyof typeof selectors] ?? []).map((css, index) => [css, counts[index] ?? { all: 0, visible: 0 }]))

/** Where the page is, without query and fragment: a redirect of a sign-in carries tokens there. */
const withoutQuery = (home: string, url: string): string => {
  const path = pathWithin(home, url)
  return path === null ? (url.split(/[?#]/)[0]?.slice(0, 200) ?? '') : new URL(path.split(/[?#]/)[0] ?? '', new URL('.', home)).href
}
