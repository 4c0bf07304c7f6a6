import type { Locator, Page } from 'playwright-core'

/** The shown hits of the first selector that has any, as the in-page reader finds them; null when none has. */
export const locateShown = async (page: Page, selectors: readonly string[]): Promise<Locator | null> => {
  for (const selector of selectors) {
    const hits = page.locator(selector).filter({ visible: true })
    if ((await hits.count()) > 0) return hits
  }
  return null
}
