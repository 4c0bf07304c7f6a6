import type { Page } from 'playwright-core'
import { PageLost } from '../../browser-worker/browser/page-lost.ts'
import type { Session } from '../../browser-worker/browser/session.ts'
import { loadSitePack } from '../../browser-worker/sites/site-pack.ts'
import type { Tab } from '../../browser-worker/turn/types.ts'

/** A tab without a browser: what was done to its session is in `done`, and what was first tried on its page. */
export interface FakeTab extends Tab {
  readonly done: string[]
  /** The tab is gone, until it is recovered. */
  lose(): void
  /** Somebody got a cookie of the page's. */
  bake(name: string): void
}

export const fakeTab = (): FakeTab => {
  const done: string[] = []
  let lost = new AbortController()
  let cookies: string[] = []
  let hasGuests = false
  const tried = (gesture: string) => async (): Promise<never> => {
    done.push(gesture)
    throw new PageLost(`the page went away at ${gesture}`)
  }
  const page: Partial<Page> = { goto: tried('goto'), evaluate: tried('look'), isClosed: () => false }
  const session: Partial<Session> = {
    isAlive: () => !lost.signal.aborted,
    page: () => page as Page,
    lost: () => lost.signal,
    giveUp: (how) => {
      done.push(`give up: ${how}`)
      lose()
    },
    recover: async (step = 'new-page') => {
      done.push(`recover ${step}`)
      lost = new AbortController()
      return step
    },
    freshCookies: () => cookies,
    markCookies: async () => {
      cookies = []
    },
    reload: async () => void done.push('reload'),
    wasHomeOpenElsewhere: () => hasGuests,
    letTabsBe: (may) => {
      hasGuests = may
    },
    close: async () => {
      done.push('close')
      lose()
    },
  }
  const lose = (): void => lost.abort(new PageLost('the page went away: the browser ended'))
  // Whatever else a turn does with its tab needs a browser, and fails.
  return {
    session: session as Session,
    pack: loadSitePack('chatgpt'),
    home: 'https://chat.test/',
    done,
    lose,
    bake: (name) => void cookies.push(name),
  }
}
