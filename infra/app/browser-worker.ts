import type { Logger } from 'pino'
import askBrowser from '../../browser-worker/ask-browser.ts'
import { askHome, typedLengthIn } from '../../browser-worker/lane/ask-home.ts'
import { type BrowserLane, openLane } from '../../browser-worker/lane/lane.ts'
import { tabService } from '../../browser-worker/lane/tab-service.ts'
import { readPageState } from '../../browser-worker/turn/turn.ts'
import type { WorkerServices } from '../../browser-worker/worker-services.ts'
import { knock } from '../../bus/door.ts'
import { milliseconds } from '../../bus/duration.ts'
import { type Connection, connectBus, withoutLogins } from '../../bus/jetstream/connect.ts'
import { serve } from '../../bus/jetstream/services.ts'
import { startRuntime } from '../../bus/runtime/runtime.ts'
import { catalogue } from '../../domain/catalogue/index.ts'
import { CallerChannels } from '../../domain/choices.ts'
import { BROWSER_LANE } from '../../domain/lane.ts'
import { LANE_READER } from '../../domain/readers.ts'
import { taskStory } from '../../domain/task-story.ts'
import { openBlobs } from '../blobs/open-blobs.ts'
import { type Browser, becomeOnlyWorker, browserOf, isPersonWaiting, openTab } from '../browser/browser.ts'
import { ConfigFault, type LoadedConfig } from '../config/config.ts'
import type { Environment } from '../config/environment.ts'
import type { BrowserLaneConfig } from '../config/lanes-schema.ts'
import type { OwnSecrets } from '../secrets/secrets.ts'
import { version } from './gateway.ts'
import { withSeal } from './open-seal.ts'
import { busSecret } from './open-secrets.ts'
import { streamSettings } from './stream-settings.ts'
import { operatorSecret } from './system-file.ts'

export interface WorkerOptions {
  readonly loaded: LoadedConfig
  readonly env: Environment
  readonly log: Logger
  readonly secrets: OwnSecrets
  /** How the bus is reached. */
  readonly address: { readonly url: string; readonly user?: string; readonly pass?: string; readonly inboxPrefix?: string }
  /** Ends the waiting for another worker of the profile. */
  readonly signal: AbortSignal
  /** Called when the profile is this worker's. */
  readonly onTurn?: () => void
}

/** The worker at work. */
export interface BrowserWorker extends AsyncDisposable {
  /** As `Connection.closed`: without a bus it can only end. */
  readonly closed: Connection['closed']
}

/** A turn under way is not waited for at a stop: whoever comes next finds it again. */
const GRACE_MS = 200
const REPORT_MS = 10_000

/**
 * Starts the browser worker in this process: the lane, its function, and what it tells about its tab. While another worker has the
 * profile it waits and takes no job. Throws ConfigFault, BusUnavailable, or the signal's reason.
 */
export const startBrowserWorker = async (options: WorkerOptions): Promise<BrowserWorker> => {
  const { loaded, env, log, address } = options
  const { config } = loaded
  if (!config.lanes.browser) throw new ConfigFault(loaded.file ?? 'configuration', ['there is no section [lanes.browser]'])
  const settings = config.lanes.browser
  await using started = new AsyncDisposableStack()
  const browser = browserOf({ loaded, env, log })
  started.use(await becomeOnlyWorker(browser, withoutLogins(address.url), options.signal))
  options.onTurn?.()
  const line = await connectBus({ ...address, name: 'cortex-browser', streams: streamSettings(config), log })
  started.defer(() => line.close())
  const connection = await withSeal(line, { loaded, env }, log)
  options.secrets.learn(busSecret(address.pass))
  const blobs = started.use(await openBlobs({ config: config.blobs, connection, secrets: options.secrets, env, log }))
  const lane = started.use(startLane(browser, settings, connection))
  const services: WorkerServices = { lane, settings: settingsOf(settings), secrets: options.secrets }
  started.use(
    await serve(
      connection,
      {
        name: 'cortex-browser',
        version,
        description: 'The tab of the browser worker',
        groups: new Map([['tab', tabService(lane)]]),
        operatorSecret: operatorSecret(loaded.dataDir),
        channels: CallerChannels,
        blobs,
        log,
      },
      (_caller, isOperator) => ({ isOperator }),
    ),
  )
  started.use(
    await startRuntime({
      catalogue,
      model: taskStory,
      connection,
      functions: new Map([[LANE_READER, askBrowser]]),
      version,
      blobs,
      services,
      log,
      ackWaitMs: milliseconds(config.nats.ack_wait),
      graceMs: GRACE_MS,
      room: 'browser-worker',
    }),
  )
  const running = started.move()
  return { closed: connection.closed, [Symbol.asyncDispose]: () => running.disposeAsync() }
}

const startLane = (browser: Browser, { cooldown }: BrowserLaneConfig, connection: Connection): BrowserLane =>
  openLane({
    open: () => openTab(browser),
    look: readPageState,
    goHome: async (tab, step) => void (await tab.session.recover(step)),
    isWanted: () => isPersonWaiting(browser.profileDir),
    personMayBeThere: browser.window !== 'headless',
    askHome,
    typedLength: typedLengthIn,
    cooldowns: {
      auth_required: milliseconds(cooldown.auth_required),
      challenge: milliseconds(cooldown.challenge),
      rate_limited: milliseconds(cooldown.rate_limited),
      degraded: milliseconds(cooldown.degraded),
    },
    report: async ({ state, reason, until }) => {
      const change = {
        lane: 'browser',
        state,
        reason: reason.slice(0, 500),
        site: browser.pack.name,
        ...(until ? { until: until.toISOString() } : {}),
      }
      const who = { by: 'browser-worker', channel: 'service' }
      await knock(connection, 'lane.changed', { id: BROWSER_LANE, ...change, ...who }, { signal: AbortSignal.timeout(REPORT_MS) })
    },
    log: browser.log,
  })

const settingsOf = ({ deadline, hold, model, effort, conversation }: BrowserLaneConfig): WorkerServices['settings'] => ({
  deadlineMs: milliseconds(deadline),
  holdMs: milliseconds(hold),
  conversation,
  ...(model ? { model } : {}),
  ...(effort ? { effort } : {}),
})
