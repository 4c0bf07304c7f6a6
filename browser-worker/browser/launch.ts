import { join } from 'node:path'
import type { BrowserContext } from 'playwright-core'
import { messageOf } from '../../bus/errors.ts'
import type { SitePack } from '../sites/site-pack.ts'
import { hostRules } from './blocking.ts'
import { prepareProfile } from './profile.ts'

export interface LaunchOptions {
  readonly pack: SitePack
  readonly profileDir: string
  readonly window: 'headless' | 'visible'
  readonly executablePath: string
  /** What else the browser's environment must hold; ours is not handed on, for it may hold secrets. */
  readonly environment?: Readonly<Record<string, string>>
  /** Chromium's own sandbox; it cannot run as root. */
  readonly sandbox: boolean
}

export const viewport = { width: 1500, height: 980 }
const launchMs = 12_000

/** Nothing here hides that the browser is driven: the flags keep it quiet, awake when it is covered, and in one language. */
const flags = (pack: SitePack): string[] => {
  const rules = hostRules(pack.blocked.hosts)
  return [
    '--no-first-run',
    '--no-default-browser-check',
    '--disable-gpu',
    '--disable-quic',
    '--disable-sync',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-background-timer-throttling',
    '--disable-backgrounding-occluded-windows',
    '--disable-renderer-backgrounding',
    '--disable-dev-shm-usage',
    '--hide-crash-restore-bubble',
    '--password-store=basic',
    `--lang=${pack.locale}`,
    `--window-size=${viewport.width},${viewport.height + 100}`,
    ...(rules ? [`--host-resolver-rules=${rules}`] : []),
  ]
}

/** What a person can do where a window finds no display. */
export const withoutDisplay =
  'name one in DISPLAY and start again, or set window = "hidden" (needs Xvfb) or "headless" under [lanes.browser]'
/** As Chromium tells that it found none. */
const missesDisplay = /missing x server|cannot open display|unable to open x display/i

/**
 * Starts a browser on the profile, which is its one context. Throws ProfileInUse, or Playwright's error when it does not start in 12 s,
 * which says what to do where the display is what is missing.
 */
export const launchBrowser = async (options: LaunchOptions): Promise<BrowserContext> => {
  prepareProfile(options.profileDir)
  // A third of the start of every process that knows of browsers and opens none.
  const { chromium } = await import('playwright-core')
  const launching = chromium.launchPersistentContext(options.profileDir, {
    executablePath: options.executablePath,
    // A temporary folder of its own would be left over by a worker that is killed.
    artifactsDir: join(options.profileDir, 'artifacts'),
    headless: options.window === 'headless',
    chromiumSandbox: options.sandbox,
    args: flags(options.pack),
    env: {
      PATH: '/usr/local/bin:/usr/bin:/bin',
      HOME: options.profileDir,
      ...options.environment,
    },
    locale: options.pack.locale,
    viewport,
    acceptDownloads: false,
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    timeout: launchMs,
  })
  return launching.catch((error: unknown) => {
    if (!missesDisplay.test(messageOf(error))) throw error
    throw new Error(`the browser finds no display at "${options.environment?.['DISPLAY'] ?? ''}": ${withoutDisplay}`, { cause: error })
  })
}
