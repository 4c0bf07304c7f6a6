import type { BrowserContext, Cookie } from 'playwright-core'

/** The cookies a browser had last, in memory only: a browser that is killed has not written its newest ones to disk. */
export interface CookieMemory {
  /** Looks at the browser's cookies. A browser that is gone leaves the memory as it is. */
  learn(context: BrowserContext): Promise<void>
  /** Gives a new browser what the lost one had. */
  recall(context: BrowserContext): Promise<void>
}

/** A memory without cookies yet. */
export const cookieMemory = (): CookieMemory => {
  let known: Cookie[] = []
  return {
    learn: async (context) => {
      if (context.browser()?.isConnected() !== true) return
      known = await context.cookies()
    },
    recall: async (context) => {
      if (known.length > 0) await context.addCookies(known)
    },
  }
}
