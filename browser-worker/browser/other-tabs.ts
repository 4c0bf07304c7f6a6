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
  /** One that did not come from our own was at home's site since they may stay, whether or not it still is there. */
  wereAtHome(): boolean
}

export interface OtherTabsOptions {
  readonly home: string
  readonly log: Logger
  /** None is ever closed. */
  readonly alwaysStay: boolean
}

/** Looks after the tabs of a session's browsers. */
export const otherTabs = ({ home, log, alwaysStay }: OtherTabsOptions): OtherTabs => {
  let [mayStay, wereAtHome] = [alwaysStay, false]
  const opening = new WeakSet<BrowserContext>()
  const independent = new WeakSet<Page>()
  const note = async (tab: Page): Promise<void> => {
    const opener = await tab.opener()
    // A popup of our own tab is part of what somebody does there.
    if (opener !== null && !independent.has(opener)) return
    independent.add(tab)
    const look = (): void => {
      if (mayStay && siteOf(tab.url()) === siteOf(home)) wereAtHome = true
    }
    tab.on('framenavigated', look)
    look()
  }
  const close = (tab: Page): void => {
    log.info({ url: tab.url().split(/[?#]/)[0] }, 'another tab was opened, and closed')
    tab.close().catch((error: unknown) => log.debug({ reason: messageOf(error) }, 'the other tab was gone already'))
  }
  const meet = (tab: Page): void => {
    if (opening.has(tab.context())) return
    if (!mayStay) close(tab)
    else note(tab).catch((error: unknown) => log.debug({ reason: messageOf(error) }, 'the other tab was gone before it was looked at'))
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
      if (mayStay) return
      wereAtHome = false
      of(context, own).forEach(close)
    },
    wereAtHome: () => wereAtHome,
  }
}

/** Cookies may be shared by what has the last two labels of its host in common. */
const siteOf = (url: string): string => (URL.canParse(url) ? new URL(url).hostname.split('.').slice(-2).join('.') : '')
