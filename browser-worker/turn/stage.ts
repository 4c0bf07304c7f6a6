import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { unlessAborted } from '../../bus/within.ts'
import { PageLost } from '../browser/page-lost.ts'
import { classifyPage, type PageState } from '../page/classify-page.ts'
import { readPage } from '../page/read-page.ts'
import type { PageSnapshot } from '../page/snapshot.ts'
import type { SitePack } from '../sites/site-pack.ts'
import { type SentState, type Tab, TurnFault } from './types.ts'

/** What the gestures of one turn share: the page, a look at it, and what is worth noting with the answer. */
export interface Stage {
  readonly tab: Tab
  readonly page: Page
  readonly pack: SitePack
  readonly home: string
  readonly notes: string[]
  look(): Promise<PageSnapshot>
  stateOf(snapshot: PageSnapshot): PageState
  /** Waits; throws TurnFault CANCELLED when the caller has given up. */
  pause(ms: number, sent: SentState): Promise<void>
}

/** Runs a turn's gestures on the session's tab. Throws PageLost the moment the tab is gone, whatever was under way. */
export const onStage = async <Result>(tab: Tab, signal: AbortSignal, work: (stage: Stage) => Promise<Result>): Promise<Result> => {
  const page = tab.session.page()
  const lost = tab.session.lost()
  try {
    return await unlessAborted(lost, work(stageOf(tab, page, lost, signal)))
  } catch (error) {
    // A page that is too slow for one look is lost to the turn, and so must be for all.
    if (error instanceof PageLost && !lost.aborted) tab.session.giveUp(error.message)
    if (lost.aborted && !(error instanceof TurnFault)) throw lostBy(lost, error)
    throw error
  }
}

const stageOf = (tab: Tab, page: Page, lost: AbortSignal, signal: AbortSignal): Stage => ({
  tab,
  page,
  pack: tab.pack,
  home: tab.home,
  notes: [],
  look: async () => {
    lost.throwIfAborted()
    return readPage(page, tab.pack)
  },
  stateOf: (snapshot) => classifyPage(snapshot, tab.pack, new Date(snapshot.at), tab.home),
  pause: async (ms, sent) => {
    if (!signal.aborted) await sleep(ms)
    lost.throwIfAborted()
    if (signal.aborted) throw new TurnFault('CANCELLED', 'the caller gave the turn up', { sent, cause: signal.reason })
  },
})

const lostBy = (lost: AbortSignal, error: unknown): PageLost =>
  error instanceof PageLost ? error : new PageLost('the page went away in the middle of a turn', { cause: lost.reason })
