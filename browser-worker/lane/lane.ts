import { setTimeout as wait } from 'node:timers/promises'
import type { Logger } from 'pino'
import { messageOf } from '../../bus/errors.ts'
import { Overrun, unlessAborted, within } from '../../bus/within.ts'
import { PageLost } from '../browser/page-lost.ts'
import { type RecoveryStep, recoverySteps } from '../browser/session.ts'
import type { LaneFault, Tab } from '../turn/types.ts'
import { afterLook, type Cooldowns, isDue, isNews, type LaneView, type Observation, parked } from './lane-view.ts'
import { type PersonOptions, type PersonWatch, watchForPerson } from './person-watch.ts'

/** The one browser lane: its tab, and whether it can work. Who has no turn to take keeps an eye on the page. */
export interface BrowserLane extends AsyncDisposable {
  view(): LaneView
  /** Resolves when the lane is ready. Throws `LaneParked` at `until`, but not before the first look, and the reason of an aborted signal. */
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

export interface LaneOptions extends PersonOptions {
  /** Starts the browser with the page. Throws with the reason when it cannot, for instance because a person signs in. */
  readonly open: () => Promise<Tab>
  /** What the page is, without touching it, once that shows or had its time; the signal ends the waiting for it. */
  readonly look: (tab: Tab, signal: AbortSignal) => Promise<Observation>
  /** Brings the page back at home, for a lane whose time is over; it begins with a stronger step each time that did not help. */
  readonly goHome: (tab: Tab, step: RecoveryStep) => Promise<void>
  /** True while a person wants the profile for signing in: the browser is closed and the profile let go. */
  readonly isWanted: () => boolean
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
/** The longest pause between two starts of a browser that does not start. */
const LONGEST_REST_MS = 60_000

/** Milliseconds for a look, with all that the page takes until it shows what it is, or for a question before it; a slower tab is lost. */
const LOOK_MS = 20_000

/** What the lane is made of at a moment. */
interface Keeping {
  readonly options: LaneOptions
  readonly now: () => Date
  readonly stopping: AbortController
  view: LaneView
  /** What others have heard. */
  told?: LaneView
  tab?: Tab
  /** How often in a row the page was brought back and was none the better for it. */
  renewals: number
  /** The browser did not start, so often in a row: it is not tried again before this time, for whatever is asked. */
  rest?: { readonly times: number; readonly until: number; readonly fault: unknown }
  readonly person: PersonWatch
  /** Somebody has the tab: a piece of work, or the look between two of them. */
  busy: boolean
  /** The page was looked at, or could not be: before that nothing is known of it. */
  hasLooked: boolean
}

/** Opens the lane; it is degraded until the first look at its page. Closing it closes the browser. */
export const openLane = (options: LaneOptions): BrowserLane => {
  const now = options.now ?? (() => new Date())
  const view: LaneView = { state: 'degraded', reason: 'the browser is starting', since: now() }
  const lane: Keeping = {
    options,
    now,
    stopping: new AbortController(),
    view,
    renewals: 0,
    person: watchForPerson(options, () => now().getTime()),
    busy: false,
    hasLooked: false,
  }
  const watching = watch(lane)
  return {
    view: () => lane.view,
    ready: async ({ until, signal, onHeld }) => {
      while (lane.view.state !== 'ready') {
        if (lane.hasLooked && now() >= until) throw new LaneParked(lane.view)
        await onHeld(lane.view)
        await wait(HELD_MS, undefined, { signal }).catch(() => signal.throwIfAborted())
      }
      signal.throwIfAborted()
    },
    use: async (work) => {
      while (lane.busy) await wait(20, undefined, { signal: lane.stopping.signal })
      lane.busy = true
      try {
        return await work(await present(lane))
      } finally {
        lane.busy = false
      }
    },
    glance: (look, signal) => glance(lane, look, signal),
    park: (fault) => {
      change(lane, parked(lane.view, fault, options.cooldowns, now())).catch((error) =>
        options.log.warn({ error: messageOf(error) }, 'the state of the lane could not be told; it is told at the next look'),
      )
    },
    [Symbol.asyncDispose]: async () => {
      lane.stopping.abort()
      await watching
      await letGo(lane)
    },
  }
}

/** Keeps an eye on the page while nobody has it: now and then on a ready one, more often on a parked one. */
const watch = async (lane: Keeping): Promise<void> => {
  const { signal } = lane.stopping
  const { every = EVERY, cooldowns, log } = lane.options
  for (let last = 0; !signal.aborted; ) {
    const isLost = lane.tab?.session.isAlive() === false
    if (!lane.busy && (isLost || lane.view.state !== 'ready' || Date.now() - last >= every.ready)) {
      lane.busy = true
      try {
        if (isLost) await tellLoss(lane)
        const seen = await observe(lane)
        lane.hasLooked = true
        if (!signal.aborted) await change(lane, afterLook(lane.view, seen, cooldowns, lane.now()))
      } catch (error) {
        log.warn({ error: messageOf(error) }, 'the state of the lane could not be told; it is told again')
      } finally {
        lane.busy = false
        last = Date.now()
      }
    }
    await pause(lane, every.parked)
  }
}

/** The stop cuts a pause short, and so does the end of a tab that nobody has. */
const pause = async ({ tab, stopping }: Keeping, ms: number): Promise<void> => {
  const waiting = wait(ms, undefined, { signal: stopping.signal })
  await (tab?.session.isAlive() ? unlessAborted(tab.session.lost(), waiting) : waiting).catch(() => undefined)
}

/** What waits for a person or for a time goes on waiting for it: its browser comes back meanwhile. */
const tellLoss = async (lane: Keeping): Promise<void> => {
  const { view, now, tab, options } = lane
  if (view.state !== 'ready') return
  const reason = `${messageOf(tab?.session.lost().reason)}; it is brought back`
  await change(lane, afterLook(view, { state: 'degraded', reason }, options.cooldowns, now()))
}

const observe = async (lane: Keeping): Promise<Observation> => {
  const { options } = lane
  try {
    const wantsLoad = lane.told !== undefined && (await personWantsLoad(lane, await present(lane)))
    const open = await present(lane)
    if (wantsLoad || (lane.told && isDue(lane.view, lane.now(), options.personMayBeThere))) {
      await (wantsLoad || lane.person.isAwaited() ? open.session.reload() : options.goHome(open, nextStep(lane)))
    }
    if (wantsLoad) await open.session.markCookies()
    const seen = lane.person.judge(await inTime(lane, open, 'a look at the page', (signal) => options.look(open, signal)))
    lane.rest = undefined
    if (seen.state === 'ready') lane.renewals = 0
    return seen
  } catch (error) {
    return { state: options.isWanted() ? 'auth_required' : 'degraded', reason: messageOf(error).split('\n')[0] ?? '' }
  }
}

/** Only what is broken is met with stronger steps, and with the mildest again after the strongest: a login or a limit needs none. */
const nextStep = (lane: Keeping): RecoveryStep => {
  const step = lane.view.state === 'degraded' ? lane.renewals++ : 0
  return recoverySteps[step % recoverySteps.length] ?? 'reload'
}

/** A tab that cannot be asked wants nothing: it is brought back where it is lost, and what it shows then is for the look to tell. */
const personWantsLoad = async (lane: Keeping, tab: Tab): Promise<boolean> => {
  try {
    return await inTime(lane, tab, 'a question to the page', (signal) => unlessAborted(signal, lane.person.wantsLoad(lane.view, tab)))
  } catch (error) {
    if (!lane.stopping.signal.aborted)
      lane.options.log.warn({ reason: messageOf(error) }, 'the page did not tell whether somebody signed in')
    return false
  }
}

/** Work on the page that ends with its tab, and a tab that ends with work that takes too long. */
const inTime = async <T>({ stopping }: Keeping, tab: Tab, what: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
  const lost = tab.session.lost()
  try {
    return await within(LOOK_MS, what, unlessAborted(lost, work(AbortSignal.any([stopping.signal, lost]))))
  } catch (error) {
    const isTooSlow = error instanceof Overrun || (error instanceof PageLost && !lost.aborted)
    if (isTooSlow) tab.session.giveUp(error.message)
    throw error
  }
}

const change = async (lane: Keeping, next: LaneView): Promise<void> => {
  const { log, report } = lane.options
  const { view: before, tab, person } = lane
  lane.view = next
  if (tab) await person.attend(before, next, tab.session)
  if (!isNews(lane.told, next)) return
  log.info({ state: next.state, reason: next.reason, until: next.until?.toISOString() }, 'the lane changed')
  await report(next)
  lane.told = next
}

/** The tab, started or brought back where it is gone; who signs in gets the profile. */
const present = async (lane: Keeping): Promise<Tab> => {
  if (lane.options.isWanted()) {
    await letGo(lane)
    lane.rest = undefined
    throw new PageLost('a person is signing in; the lane goes on afterwards')
  }
  if (lane.tab?.session.isAlive()) return lane.tab
  if (lane.rest && lane.rest.until > lane.now().getTime()) throw lane.rest.fault
  try {
    if (lane.tab) await lane.tab.session.recover()
    else lane.tab = await lane.options.open()
    return lane.tab
  } catch (fault) {
    lane.rest = { ...restAfter(lane), fault }
    throw fault
  }
}

/** What is wrong with a display or a browser is seldom mended within seconds: the pauses double. */
const restAfter = ({ rest, now, options: { every = EVERY } }: Keeping): { times: number; until: number } => {
  const times = (rest?.times ?? 0) + 1
  return { times, until: now().getTime() + Math.min(LONGEST_REST_MS, every.parked * 2 ** (times - 1)) }
}

const letGo = async (lane: Keeping): Promise<void> => {
  const open = lane.tab
  lane.tab = undefined
  await open?.session.close()
}

const glance = async <T>({ tab }: Keeping, look: (tab: Tab) => Promise<T>, signal: AbortSignal): Promise<T | undefined> => {
  if (!tab?.session.isAlive()) return undefined
  signal.throwIfAborted()
  return unlessAborted(signal, look(tab))
}
