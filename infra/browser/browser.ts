import { mkdirSync } from 'node:fs'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Logger } from 'pino'
import { withoutDisplay } from '../../browser-worker/browser/launch.ts'
import { openSession } from '../../browser-worker/browser/session.ts'
import { loadSitePack, type SitePack, SitePackFault } from '../../browser-worker/sites/site-pack.ts'
import type { Tab } from '../../browser-worker/turn/types.ts'
import { messageOf } from '../../bus/errors.ts'
import { ConfigFault, type LoadedConfig, namedVariable } from '../config/config.ts'
import type { Environment } from '../config/environment.ts'
import type { BrowserLaneConfig } from '../config/lanes-schema.ts'
import { lockHolder, takeLock } from '../locks/file-lock.mjs'
import { findBrowser } from '../setup/find-browser.mjs'
import { type HiddenDisplay, hasXvfb, startHiddenDisplay } from './display.ts'
import { takeProfileLease } from './profile-lease.ts'

/** How the browser lane's browser is started on this machine. */
export interface Browser {
  readonly pack: SitePack
  readonly home: string
  readonly profileDir: string
  readonly window: BrowserLaneConfig['window']
  readonly executablePath: string
  readonly sandbox: boolean
  readonly env: Environment
  readonly log: Logger
  /** A person who signs in may need popups. */
  readonly popups?: 'close' | 'allow'
}

/** Settles everything about the browser before it is started. Throws `ConfigFault` with all that is wrong at once. */
export const browserOf = ({ loaded, env, log }: { loaded: LoadedConfig; env: Environment; log: Logger }, show = false): Browser => {
  const { browser: settings } = loaded.config.lanes
  if (!settings) throw new ConfigFault(loaded.file ?? 'configuration', ['there is no section [lanes.browser]'])
  const pack = packOf(loaded, settings)
  const executablePath = findBrowser({ ...env, CORTEX_BROWSER: namedVariable('CORTEX_BROWSER', env) ?? settings.browser })
  const isShown = show || namedVariable('DEBUG_SHOW_BROWSER', env) === 'true' || settings.window === 'visible'
  const hasDisplay = process.platform === 'darwin' || namedVariable('DISPLAY', env) !== undefined
  const faults = [
    ...(executablePath
      ? []
      : ['no Chromium or Chrome was found: install one (for instance apt install chromium) or name it in CORTEX_BROWSER']),
    ...(isShown && !hasDisplay
      ? [show ? nowhereToSignIn : `the browser shall be visible, but there is no display (DISPLAY is not set): ${withoutDisplay}`]
      : []),
  ]
  if (!executablePath || faults.length > 0) throw new ConfigFault('lanes.browser', faults)
  return {
    pack,
    home: settings.url ?? pack.urls.home,
    profileDir: profileDirOf(loaded, env),
    window: isShown ? 'visible' : settings.window === 'hidden' && !hasXvfb(env) ? 'headless' : settings.window,
    executablePath,
    sandbox: settings.sandbox ?? process.getuid?.() !== 0,
    env,
    log,
  }
}

const packOf = ({ file }: Pick<LoadedConfig, 'file'>, { site }: Pick<BrowserLaneConfig, 'site'>): SitePack =>
  loadSitePack(/[/\\]|\.json$/.test(site) ? resolve(file ? dirname(file) : process.cwd(), site) : site)

/**
 * The configuration in which the browser lane says whose model answers there, and how long a message of its page is. Of a pack with
 * faults, which its worker tells, nobody knows.
 */
export const withLanePack = (loaded: Pick<LoadedConfig, 'config' | 'file'>): LoadedConfig['config'] => {
  const { browser } = loaded.config.lanes
  if (!browser) return loaded.config
  return { ...loaded.config, lanes: { ...loaded.config.lanes, browser: { ...browser, ...saidByPack(loaded, browser) } } }
}

const saidByPack = (loaded: Pick<LoadedConfig, 'file'>, lane: BrowserLaneConfig): { family?: string; message?: number } => {
  try {
    const { family, name, limits } = packOf(loaded, lane)
    return { family: lane.family ?? family ?? name, message: limits.maxPromptCharacters }
  } catch (error) {
    if (error instanceof SitePackFault) return {}
    throw error
  }
}

const nowhereToSignIn =
  'a person signs in at a window, and there is no display (DISPLAY is not set): come with one (a desktop, ssh -X, VNC), or use the containers, whose browser is seen in a web page (head of docker-compose.yml)'

/** Where the signed-in profile is: CORTEX_AUTH_DIR, else as configured, else `auth` in the data folder. */
const profileDirOf = ({ config, dataDir, file }: LoadedConfig, env: Environment): string => {
  const named = namedVariable('CORTEX_AUTH_DIR', env)
  const configured = config.lanes.browser?.profile
  if (named) return resolve(named)
  if (configured === undefined) return join(dataDir, 'auth')
  return isAbsolute(configured) ? configured : resolve(file ? dirname(file) : process.cwd(), configured)
}

const leaseFile = (profileDir: string): string => join(profileDir, 'cortex-lease.json')
const waitingFile = (profileDir: string): string => join(profileDir, 'cortex-login.json')

/** Whether `cortex login` waits for the profile, or has it. */
export const isPersonWaiting = (profileDir: string): boolean => lockHolder(waitingFile(profileDir)) !== null

/** Takes the profile and opens the page in its one tab. Throws with the reason when another process has the profile. */
export const openTab = async (browser: Browser): Promise<Tab> => {
  const { pack, home, profileDir, executablePath, sandbox, env, log } = browser
  mkdirSync(profileDir, { recursive: true, mode: 0o700 })
  await using taken = new AsyncDisposableStack()
  let lost = (_why: unknown): void => undefined
  const profile = taken.use(takeProfileLease({ path: leaseFile(profileDir), onLost: (why) => lost(why) }))
  const display = browser.window === 'hidden' ? taken.use(await startHiddenDisplay(env)) : undefined
  if (display) profile.note(display.process)
  const lease = taken.move()
  try {
    const session = await openSession({
      pack,
      home,
      profileDir,
      window: browser.window === 'headless' ? 'headless' : 'visible',
      executablePath,
      environment: browserEnvironment(env, display),
      sandbox,
      log,
      lease,
      popups: browser.popups ?? 'close',
    })
    const close = async (): Promise<void> => {
      await session.close()
      await lease.disposeAsync()
    }
    lost = (why) => {
      log.error({ profileDir, why: messageOf(why) }, 'the lease of the browser profile was lost; the browser is closed')
      close().catch((error) => log.error({ error: messageOf(error) }, 'the browser without its lease could not be closed'))
    }
    return { session: { ...session, close }, pack, home }
  } catch (error) {
    await lease.disposeAsync()
    throw error
  }
}

/** The browser gets what a program with a window needs, and nothing else of ours. */
const browserEnvironment = (env: Environment, display: HiddenDisplay | undefined): Record<string, string> => {
  const names = ['PATH', 'HOME', 'LANG', 'TZ', 'TMPDIR', 'DISPLAY', 'XAUTHORITY', 'XDG_RUNTIME_DIR', 'DBUS_SESSION_BUS_ADDRESS']
  const passed = names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]] as const]))
  return { ...Object.fromEntries(passed), ...(display ? { DISPLAY: display.name } : {}) }
}

const workerFile = (profileDir: string): string => join(profileDir, 'cortex-worker.json')
/** How often a worker looks whether the profile's other worker has ended. */
const TURN_MS = 500

/**
 * Makes this the one worker of the profile: a second one of the same bus waits here until the first has ended, for two would take each
 * other's jobs. Ends with the scope. Throws when the other one is of another bus, the signal's reason, and errors of the file system.
 */
export const becomeOnlyWorker = async ({ profileDir, log }: Browser, bus: string, signal: AbortSignal): Promise<Disposable> => {
  mkdirSync(profileDir, { recursive: true, mode: 0o700 })
  for (let told = 0; ; ) {
    const outcome = takeLock(workerFile(profileDir), { bus })
    if (outcome.taken) return { [Symbol.dispose]: () => outcome.lock.release() }
    const { pid } = outcome.holder
    if (outcome.holder.bus !== bus)
      throw new Error(`the browser profile ${profileDir} is in use by worker process ${pid} of another bus; end it, or use another profile`)
    if (told !== pid) log.warn({ holder: pid, profileDir }, 'another browser worker has the profile; this one takes over when it ends')
    told = pid
    await wait(TURN_MS, undefined, { signal }).catch(() => signal.throwIfAborted())
  }
}

/** Whether a worker has the profile just now. In a profile that cannot be read none can be at work. */
export const hasWorker = ({ loaded, env }: { loaded: LoadedConfig; env: Environment }): boolean => {
  try {
    return lockHolder(workerFile(profileDirOf(loaded, env))) !== null
  } catch (error) {
    if (error instanceof Error && 'code' in error) return false
    throw error
  }
}

/** Milliseconds until a worker that is at work has let the profile go: it looks every second, and closes its browser. */
const LET_GO_MS = 30_000

/** Gets the profile for a person: a worker that has it closes its browser and waits. Ends with the scope. Throws when it is not let go in time. */
export const reserveProfile = async (browser: Browser, signal: AbortSignal): Promise<Disposable> => {
  mkdirSync(browser.profileDir, { recursive: true, mode: 0o700 })
  const outcome = takeLock(waitingFile(browser.profileDir), {})
  if (!outcome.taken) throw new Error(`process ${outcome.holder.pid} is signing in already`)
  const reserved = { [Symbol.dispose]: () => outcome.lock.release() }
  const patience = Date.now() + LET_GO_MS
  while (lockHolder(leaseFile(browser.profileDir))) {
    if (signal.aborted || Date.now() > patience) {
      reserved[Symbol.dispose]()
      signal.throwIfAborted()
      throw new Error('the browser worker is in the middle of a turn and does not let the profile go; try again when its answer is there')
    }
    await wait(200)
  }
  return reserved
}
