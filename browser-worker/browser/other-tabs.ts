import type { Logger } from 'pino'
import type { BrowserContext, Page } from 'playwright-core'
import { messageOf } from '../../bus/errors.ts'

/** Popups and tabs that were opened behind our back: a session has one tab of its own. */
export interface OtherTabs {
  /** Closes each that is opened from now on, and those that are there, unless they may stay. */
  watch(context: BrowserContext, own: Page): void
  /** Opens a tab of our own. */
  openOwn(context: BrowserContext): Promise<Page>
  /** Whether they may stay from now on; those that are there are closed when they may not. */
  letBe(may: boolean, context: BrowserContext, own: Page): void
  /** Those that are there beside our own. */
  of(context: BrowserContext, own: Page): readonly Page[]
}

/** Looks after the tabs of a session's browsers; with `alwaysStay` none is ever closed. */
export const otherTabs = (log: Logger, alwaysStay: boolean): OtherTabs => {
  let mayStay = alwaysStay
  const opening = new WeakSet<BrowserContext>()
  const meet = (tab: Page): void => {
    if (mayStay || opening.has(tab.context())) return
    log.info({ url: tab.url().split(/[?#]/)[0] }, 'another tab was opened, and closed')
    tab.close().catch((error: unknown) => log.debug({ reason: messageOf(error) }, 'the other tab was gone already'))
  }
  const of = (context: BrowserContext, own: Page) => context.pages().filter((one) => one !== own)
  return {
    watch: (context, own) => {
      context.on('page', meet)
      of(context, own).forEach(meet)
    },
    openOwn: async (context) => {
      opening.add(context)
      try {
        return await context.newPage()
      } finally {
        opening.delete(context)
      }
    },
    letBe: (may, context, own) => {
      mayStay = may || alwaysStay
      of(context, own).forEach(meet)
    },
    of,
  }
}
