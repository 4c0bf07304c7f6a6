import { type LaneOptions, openLane } from '../../browser-worker/lane/lane.ts'
import type { LaneView, Observation } from '../../browser-worker/lane/lane-view.ts'
import { quiet } from './bus.ts'
import { fakeTab } from './fake-tab.ts'

export const ready: Observation = { state: 'ready', reason: 'signed in' }
export const later = (ms: number): Date => new Date(Date.now() + ms)
export const forever = () => ({ until: later(60_000), signal: new AbortController().signal, onHeld: () => undefined })

/** A lane on a fake tab, whose page shows what `page` says at the moment. */
export const startLane = (given: Partial<LaneOptions> = {}) => {
  const tab = fakeTab()
  const reported: LaneView[] = []
  const page = { shows: ready, opened: 0, loaded: 0 }
  const lane = openLane({
    open: async () => {
      page.opened++
      return tab
    },
    look: async () => page.shows,
    goHome: async () => void page.loaded++,
    isWanted: () => false,
    personMayBeThere: false,
    askHome: async () => undefined,
    typedLength: async () => 0,
    cooldowns: { auth_required: 60_000, challenge: 60_000, rate_limited: 60_000, degraded: 10 },
    report: async (view) => void reported.push(view),
    log: quiet,
    every: { ready: 30, parked: 5 },
    ...given,
  })
  return { lane, tab, page, reported, [Symbol.asyncDispose]: () => lane[Symbol.asyncDispose]() }
}
export const statesOf = (views: readonly LaneView[]): string[] => views.map(({ state }) => state)
