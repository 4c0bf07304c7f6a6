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
}

export const fakeTab = (): FakeTab => {
  const done: string[] = []
  let alive = true
  const tried = (gesture: string) => async (): Promise<never> => {
    done.push(gesture)
    throw new PageLost(`the page went away at ${gesture}`)
  }
  const page: Partial<Page> = { goto: tried('goto'), evaluate: tried('look'), isClosed: () => false }
  const session: Partial<Session> = {
    isAlive: () => alive,
    page: () => page as Page,
    lost: () => new AbortController().signal,
    giveUp: (how) => {
      done.push(`give up: ${how}`)
      alive = false
    },
    recover: async (step = 'new-page') => {
      done.push(`recover ${step}`)
      alive = true
      return step
    },
    close: async () => {
      done.push('close')
      alive = false
    },
  }
  const lose = (): void => {
    alive = false
  }
  // Whatever else a turn does with its tab needs a browser, and fails.
  return { session: session as Session, pack: loadSitePack('chatgpt'), home: 'https://chat.test/', done, lose }
}
