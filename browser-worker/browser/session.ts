import { join, resolve } from 'node:path'
import type { Logger } from 'pino'
import type { BrowserContext, Page } from 'playwright-core'
import { messageOf } from '../../bus/errors.ts'
import { Overrun, within } from '../../bus/within.ts'
import { blockRequests } from './blocking.ts'
import { type CookieMemory, cookieMemory } from './cookie-memory.ts'
import { type LaunchOptions, launchBrowser } from './launch.ts'
import { type OtherTabs, otherTabs } from './other-tabs.ts'
import { PageFrozen, PageLost } from './page-lost.ts'
import { answers, silentMs, watchPulse } from './page-pulse.ts'
import { endLeftBrowser, sweepProfile } from './profile.ts'

export interface SessionOptions extends LaunchOptions {
  /** Where the page lives; the pack's own home may be another. */
  readonly home: string
  readonly log: Logger
  /** Proof that the profile is ours alone; the caller took it and lets go of it after `close`. */
  readonly lease: AsyncDisposable
  /** Popups are closed, but not where a person signs in with their help. */
  readonly popups?: 'close' | 'allow'
}

/** The steps that bring a page back, from the mildest on. A persistent context is the browser, so there is no step between the last two. */
export const recoverySteps = ['reload', 'new-page', 'new-browser'] as const
export type RecoveryStep = (typeof recoverySteps)[number]

/** One browser on one profile with one tab. */
export interface Session {
  /** The tab. Throws PageLost while there is none. */
  page(): Page
  isAlive(): boolean
  /** Aborts, with a PageLost as its reason, the moment the current tab is gone or frozen; each recovery gives a new one. */
  lost(): AbortSignal
  /** The current tab does not do any more what it should: it is lost from now on. */
  giveUp(how: string): void
  /**
   * Brings the tab back at home, beginning with the given step or the mildest that can help; gives the step that did. A step has helped
   * when home has loaded and the page answers. Throws PageLost when none did.
   */
  recover(step?: RecoveryStep): Promise<RecoveryStep>
  /** Names of home's cookies that came or changed since `markCookies`, as they were looked at within the last 5 s. */
  freshCookies(): readonly string[]
  markCookies(): Promise<void>
  /** Loads home in the current tab, whatever comes of it: neither tab nor browser is replaced. */
  reload(): Promise<void>
  /** A tab that the session's own did not open was at home's site since tabs may stay. */
  wasHomeOpenElsewhere(): boolean
  /** Whether tabs that somebody else opens may stay; those that are there are closed when they may not. */
  letTabsBe(may: boolean): void
  /** Ends the browser in order, so that cookies reach the disk. */
  close(): Promise<void>
}

/** What a session has at a moment: all of it is replaced when the tab is. */
interface Live {
  readonly context: BrowserContext
  readonly page: Page
  readonly lost: AbortController
}

const boundsMs: Readonly<Record<RecoveryStep, number>> = { reload: silentMs + 2_000, 'new-page': 6_000, 'new-browser': 24_000 }
const homeMs = 10_000
const openMs = 16_000
const closeMs = 8_000
const learnedMs = 2_000
const closeOldMs = 3_000
/** Between two looks at the cookies. */
const learnMs = 5_000
/** How long the browser of a worker that was killed has to end by itself. */
const leftMs = 4_000

/** Opens the browser on its profile and the page at home. Throws ProfileInUse, or the browser's own fault. */
export const openSession = async (given: SessionOptions): Promise<Session> => {
  const options = { ...given, profileDir: resolve(given.profileDir) }
  await endLeftBrowser(options.profileDir, leftMs)
  const cookies = cookieMemory({ file: join(options.profileDir, 'cortex-session-cookies.json'), home: options.home })
  const others = otherTabs({ home: options.home, log: options.log, alwaysStay: options.popups === 'allow' })
  let live = await launchInTime(options, others)
  await recallCookies(cookies, live.context, options)
  const learn = (): Promise<void> => learnCookies(cookies, live.context, options)
  await goHomeIfItLoads(live.page, options)
  await learn()
  const learning = setInterval(learn, learnMs).unref()
  const steps = stepsFrom(() => live, options, cookies, others)
  const isAlive = () => !live.lost.signal.aborted
  const recover = async (first: RecoveryStep = isAlive() ? 'reload' : mildestFor(live)): Promise<RecoveryStep> => {
    const ladder = recoverySteps.slice(recoverySteps.indexOf(first))
    let last = 'its tab went away again'
    for (const step of ladder) {
      if (step === 'new-page' && isFrozen(live)) continue
      try {
        live = await within(boundsMs[step], `the step ${step}`, steps[step]())
        await goHome(live.page, options)
        if (!(await answers(live.page))) throw new PageFrozen('the page does not answer')
        await learn()
        if (isAlive()) return step
        last = 'its tab went away again'
      } catch (error) {
        last = messageOf(error)
        if (error instanceof PageFrozen) live.lost.abort(error)
        options.log.warn({ step, reason: last }, 'the browser did not come back by this step')
      }
    }
    throw new PageLost(`the browser did not come back by ${ladder.join(', ')}: ${last.split('\n')[0]}`)
  }
  return {
    page: () => {
      if (live.lost.signal.aborted) throw live.lost.signal.reason
      return live.page
    },
    isAlive,
    lost: () => live.lost.signal,
    giveUp: (how) => live.lost.abort(new PageFrozen(`the page was given up: ${how}`)),
    recover,
    freshCookies: cookies.fresh,
    markCookies: async () => {
      await learn()
      cookies.mark()
    },
    reload: () => goHomeIfItLoads(live.page, options),
    wasHomeOpenElsewhere: others.wereAtHome,
    letTabsBe: (may) => others.letBe(may, live.context, live.page),
    close: async () => {
      clearInterval(learning)
      if (isAlive()) await learn()
      await endContext(live, options)
    },
  }
}

/** What each step does before home is loaded. Rejects when it cannot help. */
const stepsFrom = (
  live: () => Live,
  options: SessionOptions,
  cookies: CookieMemory,
  others: OtherTabs,
): Record<RecoveryStep, () => Promise<Live>> => ({
  reload: async () => {
    if (!(await answers(live().page))) throw new PageFrozen('the page does not answer')
    return live()
  },
  'new-page': () => renewPage(live(), options, others),
  'new-browser': async () => {
    await endContext(live(), options)
    const next = await launch(options, others)
    await recallCookies(cookies, next.context, options)
    return next
  },
})

const learnCookies = async (cookies: CookieMemory, context: BrowserContext, { log }: SessionOptions): Promise<void> => {
  try {
    await within(learnedMs, 'looking at the cookies', cookies.learn(context))
  } catch (error) {
    log.debug({ reason: messageOf(error) }, 'the cookies could not be looked at')
  }
}

/** Without them a person signs in again: no reason not to start. What the error says may hold what they are. */
const recallCookies = (cookies: CookieMemory, context: BrowserContext, { log }: SessionOptions): Promise<void> =>
  cookies.recall(context).catch(() => log.warn('the browser did not take back the cookies that it had before'))

/** A browser that comes too late is ended: nobody would know of it. */
const launchInTime = async (options: SessionOptions, others: OtherTabs): Promise<Live> => {
  const launching = launch(options, others)
  try {
    return await within(openMs, 'starting the browser', launching)
  } catch (error) {
    if (error instanceof Overrun) {
      launching
        .then(({ context }) => context.close())
        .catch((late: unknown) => options.log.debug({ reason: messageOf(late) }, 'it never came'))
      await endLeftBrowser(options.profileDir, 0)
    }
    throw error
  }
}

const launch = async (options: SessionOptions, others: OtherTabs): Promise<Live> => {
  const context = await launchBrowser(options)
  const page = context.pages()[0] ?? (await context.newPage())
  const live = await equip(context, page, options)
  others.watch(context, page)
  return live
}

/** Watches a tab for its end, blocks what it need not load, and lets it think that it has the focus. */
const equip = async (context: BrowserContext, page: Page, options: SessionOptions): Promise<Live> => {
  const lost = new AbortController()
  const lose = (how: string) => () => {
    if (!lost.signal.aborted) options.log.warn({ how }, 'the tab is gone')
    lost.abort(new PageLost(`the page went away: ${how}`))
  }
  page.on('crash', lose('the tab crashed'))
  page.on('close', lose('the tab was closed'))
  const ended = lose('the browser ended')
  context.on('close', ended)
  lost.signal.addEventListener('abort', () => context.off('close', ended), { once: true })
  // Who signs in may leave the page waiting behind a window of the system.
  if (options.popups !== 'allow') watchForFreezing(page, lost, options)
  const cdp = await context.newCDPSession(page)
  await blockRequests(cdp, options.pack, (error) => {
    if (!lost.signal.aborted) options.log.debug({ reason: messageOf(error) }, 'a blocked request was gone before it was refused')
  })
  await cdp.send('Emulation.setFocusEmulationEnabled', { enabled: true })
  return { context, page, lost }
}

const watchForFreezing = (page: Page, lost: AbortController, { log }: SessionOptions): void => {
  const freeze = (): void => {
    log.warn({ silentMs }, 'the page is frozen')
    lost.abort(new PageFrozen(`the page did not answer for ${silentMs / 1000} s`))
  }
  watchPulse(page, lost.signal, freeze).catch((error: unknown) =>
    log.warn({ reason: messageOf(error) }, 'the page is not watched any more'),
  )
}

const renewPage = async ({ context, page: old, lost }: Live, options: SessionOptions, others: OtherTabs): Promise<Live> => {
  const renewed = await equip(context, await others.openOwn(context), options)
  lost.abort(new PageLost('the tab was replaced'))
  const closed = old.close().catch((error: unknown) => options.log.debug({ reason: messageOf(error) }, 'the old tab was gone already'))
  await within(closeOldMs, 'closing the old tab', closed)
  return renewed
}

const isFrozen = ({ lost }: Pick<Live, 'lost'>): boolean => lost.signal.reason instanceof PageFrozen

/** Without a browser only a new one helps, and from a frozen page; without a tab a new tab may. */
const mildestFor = ({ context, lost }: Live): RecoveryStep =>
  context.browser()?.isConnected() === true && !isFrozen({ lost }) ? 'new-page' : 'new-browser'

const endContext = async ({ context, lost }: Live, { profileDir, log }: SessionOptions): Promise<void> => {
  lost.abort(new PageLost('the session was closed'))
  // What hangs does not end in order.
  if (isFrozen({ lost })) await endLeftBrowser(profileDir, 0)
  try {
    await within(closeMs, 'closing the browser', context.close())
  } catch (error) {
    log.warn({ reason: messageOf(error) }, 'the browser did not close by itself and is ended')
  }
  await endLeftBrowser(profileDir, 0)
  try {
    sweepProfile(profileDir)
  } catch (error) {
    log.warn({ reason: messageOf(error) }, 'the profile could not be swept after the browser')
  }
}

/** Loads home, or what the page itself goes to instead. Throws an error that names it when it does not load. */
const goHome = async (page: Page, { home }: SessionOptions): Promise<void> => {
  try {
    await page.goto(home, { waitUntil: 'domcontentloaded', timeout: homeMs }).catch((error: unknown) => {
      if (!/interrupted by another navigation/.test(messageOf(error))) throw error
      return page.waitForLoadState('domcontentloaded', { timeout: homeMs })
    })
  } catch (error) {
    throw new Error(`${home} did not load: ${messageOf(error).split('\n')[0]}`, { cause: error })
  }
}

/** A page that does not load is a state of the lane, which a look at the page tells; the browser is well. */
const goHomeIfItLoads = async (page: Page, options: SessionOptions): Promise<void> => {
  try {
    await goHome(page, options)
  } catch (error) {
    options.log.warn({ reason: messageOf(error) }, 'the browser is open without its page')
  }
}
