import { setTimeout as wait } from 'node:timers/promises'
import type { Logger } from 'pino'
import { messageOf } from '../bus/errors.ts'
import { afterLook, type Cooldowns, isDue, isNews, type LaneView, type Observation, parked } from './lane-view.ts'
import { PageLost } from './page-lost.ts'
import type { LaneFault, Tab } from './turn/types.ts'

/** The one browser lane: its tab, and whether it can work. Who has no turn to take keeps an eye on the page. */
export interface Lane extends AsyncDisposable {
  view(): LaneView
  /** Resolves when the lane is ready. Throws `LaneParked` at `until`, and the reason of an aborted signal. */
  ready(options: { until: Date; signal: AbortSignal; onHeld: (view: LaneView) => Promise<void> | void }): Promise<void>
  /** Gives the tab to one piece of work; a browser that is gone is started again first. Throws what the work throws. */
  use<T>(work: (tab: Tab) => Promise<T>): Promise<T>
  /** Looks at the tab as it is, without starting what is gone: undefined then. Throws when the signal aborts first. */
  glance<T>(look: (tab: Tab) => Promise<T>, signal: AbortSignal): Promise<T | undefined>
  /** The lane cannot go on, says a turn. */
  park(fault: LaneFault): void
}

/** The lane did not become ready in time. */
export class LaneParked extends Error {
  override readonly name = 'LaneParked'
  readonly view: LaneView
  constructor(view: LaneView) {
    super(`the browser lane is ${view.state.replace('_', ' ')}: ${view.reason}`)
    this.view = view
  }
}

export interface LaneOptions {
  /** Starts the browser with the page. Throws with the reason when it cannot, for instance because a person signs in. */
  readonly open: () => Promise<Tab>
  /** A look at the page without touching it. */
  readonly look: (tab: Tab) => Promise<Observation>
  /** Loads the page anew, for a lane whose time is over. */
  readonly goHome: (tab: Tab) => Promise<void>
  /** True while a person wants the profile for signing in: the browser is closed and the profile let go. */
  readonly isWanted: () => boolean
  /** The window can be seen, so that a person may be at work in it. */
  readonly personMayBeThere: boolean
  readonly cooldowns: Cooldowns
  /** Tells others what has changed. */
  readonly report: (view: LaneView) => Promise<void>
  readonly log: Logger
  readonly now?: () => Date
  /** Milliseconds between two looks, at a ready lane and at a parked one. */
  readonly every?: { readonly ready: number; readonly parked: number }
}

const EVERY = { ready: 15_000, parked: 1000 }
/** How often a job that is held looks whether it may go on. */
const HELD_MS = 250

/** Milliseconds a page may take until it shows what it is. */
const SETTLE_MS = 8000

/** A page that is being built shows nothing that is known; it is looked at until it does, or its time is over. */
const settled = async (look: () => Promise<Observation>, signal: AbortSignal): Promise<Observation> => {
  for (const until = Date.now() + SETTLE_MS; ; ) {
    const seen = await look()
    if (seen.state !== 'unknown' || Date.now() > until || signal.aborted) return seen
    await wait(HELD_MS)
  }
}

/** Opens the lane; it is degraded until the first look at its page. Closing it closes the browser. */
export const openLane = (options: LaneOptions): Lane => {
  const { log, cooldowns, now = () => new Date(), every = EVERY } = options
  const stopping = new AbortController()
  let view: LaneView = { state: 'degraded', reason: 'the browser is starting', since: now() }
  let told: LaneView | undefined
  let tab: Tab | undefined
  let busy = false

  const change = async (next: LaneView): Promise<void> => {
    view = next
    if (!isNews(told, next)) return
    log.info({ state: next.state, reason: next.reason, until: next.until?.toISOString() }, 'the lane changed')
    await options.report(next)
    told = next
  }
  const letGo = async (): Promise<void> => {
    const open = tab
    tab = undefined
    await open?.session.close()
  }
  const present = async (): Promise<Tab> => {
    if (options.isWanted()) {
      await letGo()
      throw new PageLost('a person is signing in; the lane goes on afterwards')
    }
    if (!tab) tab = await options.open()
    else if (!tab.session.isAlive()) await tab.session.recover()
    return tab
  }
  const observe = async (): Promise<Observation> => {
    try {
      const open = await present()
      if (told && isDue(view, now(), options.personMayBeThere)) await options.goHome(open)
      return await settled(() => options.look(open), stopping.signal)
    } catch (error) {
      return { state: options.isWanted() ? 'auth_required' : 'degraded', reason: messageOf(error).split('\n')[0] ?? '' }
    }
  }
  const watch = async (): Promise<void> => {
    for (let last = 0; !stopping.signal.aborted; ) {
      if (!busy && (view.state !== 'ready' || Date.now() - last >= every.ready)) {
        busy = true
        try {
          await change(afterLook(view, await observe(), cooldowns, now()))
        } catch (error) {
          log.warn({ error: messageOf(error) }, 'the state of the lane could not be told; it is told again')
        } finally {
          busy = false
          last = Date.now()
        }
      }
      await wait(every.parked, undefined, { signal: stopping.signal }).catch(() => undefined) // the stop cuts the pause short
    }
  }
  const watching = watch()

  return {
    view: () => view,
    ready: async ({ until, signal, onHeld }) => {
      while (view.state !== 'ready') {
        if (now() >= until) throw new LaneParked(view)
        await onHeld(view)
        await wait(HELD_MS, undefined, { signal }).catch(() => signal.throwIfAborted())
      }
      signal.throwIfAborted()
    },
    use: async (work) => {
      while (busy) await wait(20, undefined, { signal: stopping.signal })
      busy = true
      try {
        return await work(await present())
      } finally {
        busy = false
      }
    },
    glance: async (look, signal) => {
      if (!tab?.session.isAlive()) return undefined
      const aborted = Promise.withResolvers<never>()
      const stop = (): void => aborted.reject(signal.reason)
      signal.addEventListener('abort', stop, { once: true })
      return Promise.race([look(tab), aborted.promise]).finally(() => signal.removeEventListener('abort', stop))
    },
    park: (fault) => {
      change(parked(view, fault, cooldowns, now())).catch((error) =>
        log.warn({ error: messageOf(error) }, 'the state of the lane could not be told; it is told at the next look'),
      )
    },
    [Symbol.asyncDispose]: async () => {
      stopping.abort()
      await watching
      await letGo()
    },
  }
}
