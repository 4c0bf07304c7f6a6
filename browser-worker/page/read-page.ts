import type { Page } from 'playwright-core'
import { matchesAny, type SitePack } from '../sites/site-pack.ts'
import { readSnapshot } from './in-page/read-snapshot.ts'
import { runInPage } from './run-in-page.ts'
import type { PageSnapshot, ReaderInput } from './snapshot.ts'

/** Since when each page has shown a weak sign of a challenge without a break. */
const weakSince = new WeakMap<Page, number>()

/** What the in-page reader needs of a pack, as plain data. */
export const readerInput = (pack: SitePack): ReaderInput => ({
  selectors: pack.selectors,
  signals: Object.fromEntries(Object.entries(pack.signals).map(([name, { selectors }]) => [name, selectors])),
  idAttributes: byRole(pack.turns.idAttributes),
  modelAttributes: pack.turns.modelAttributes,
  copyByHover: pack.copying.hover,
  thinkingDone: pack.texts.thinkingDone,
  thinkingIgnored: pack.texts.thinkingIgnored,
})

const byRole = (names: SitePack['turns']['idAttributes']): ReaderInput['idAttributes'] =>
  'user' in names ? names : { user: names, assistant: names }

/** One look at the page, repeated once when it navigated away under the look. Rejects when the page is gone. */
export const readPage = async (page: Page, pack: SitePack): Promise<PageSnapshot> => {
  const seen = await lookPastNavigation(page, () => runInPage(page, readSnapshot, readerInput(pack)))
  const at = Date.now()
  const isWeak = seen.signals.includes('challengeWeak') || matchesAny(pack.signals.challengeWeak.titles, seen.title)
  if (!isWeak) weakSince.delete(page)
  else if (!weakSince.has(page)) weakSince.set(page, at)
  return { ...seen, at, weakChallengeSince: weakSince.get(page) ?? null }
}

/** A look that fails because the document was replaced is taken again on the new one, three times at most. */
export const lookPastNavigation = async <Result>(page: Page, look: () => Promise<Result>): Promise<Result> => {
  for (let attempt = 1; ; attempt++) {
    try {
      return await look()
    } catch (error) {
      const isReplaced = /execution context was destroyed|navigat|null \(reading/i.test(String(error))
      if (!isReplaced || attempt === 3 || page.isClosed()) throw error
      await page.waitForLoadState('domcontentloaded', { timeout: 10_000 })
    }
  }
}
