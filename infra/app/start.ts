import { dirname, join } from 'node:path'
import type { Logger } from 'pino'
import type { Blobs } from '../../bus/blobs.ts'
import type { AnyFunction } from '../../bus/define-function.ts'
import { knock } from '../../bus/door.ts'
import { milliseconds } from '../../bus/duration.ts'
import { messageOf } from '../../bus/errors.ts'
import type { Connection } from '../../bus/jetstream/connect.ts'
import { keepDoor } from '../../bus/jetstream/keep-door.ts'
import { keepSourcing } from '../../bus/jetstream/keep-sourcing.ts'
import type { Typed } from '../../bus/next-steps.ts'
import { redriveDeadLetter } from '../../bus/runtime/dead-letters.ts'
import { type Runtime, startRuntime } from '../../bus/runtime/runtime.ts'
import { openDoorSubjects } from '../../bus/subjects.ts'
import { catalogue } from '../../domain/catalogue/index.ts'
import { BROWSER_LANE } from '../../domain/lane.ts'
import { doorReaders, LANE_READER } from '../../domain/readers.ts'
import type { Task } from '../../domain/task.ts'
import { type TaskFolds, taskStory } from '../../domain/task-story.ts'
import type { Services } from '../../functions/ports.ts'
import { startViews, type Views } from '../../functions/views/start-views.ts'
import { countRefusals } from '../../gateway/http/refusals.ts'
import { lookAtLane } from '../../gateway/jobs/lane-look.ts'
import { trackJobs } from '../../gateway/jobs/track-jobs.ts'
import { createAgents } from '../agents/agents.ts'
import { openBlobs } from '../blobs/open-blobs.ts'
import { hasWorker, withLanePack } from '../browser/browser.ts'
import { createChat } from '../chat/chat.ts'
import { createChecks } from '../checks/checks.ts'
import { type LoadedConfig, namedVariable } from '../config/config.ts'
import type { Config } from '../config/config-schema.ts'
import type { Environment } from '../config/environment.ts'
import { watchDisk } from '../disk/watch-disk.ts'
import { createGit } from '../git/git.ts'
import { createModelApi } from '../model-api/model-api.ts'
import type { EmbeddedNats } from '../nats/nats-server.ts'
import { createNotify } from '../notify/notify.ts'
import { endOrphans } from '../processes/processes.ts'
import { openSandbox, type Sandbox, withBorrowed } from '../sandbox/sandbox.ts'
import type { OwnSecrets } from '../secrets/secrets.ts'
import { createRuleGate } from '../semgrep/rule-gate.ts'
import { createSemgrep } from '../semgrep/semgrep.ts'
import { cachedAgents } from '../setup/cache.mjs'
import { createWebhooks } from '../webhooks/webhooks.ts'
import { createYardstick } from '../yardstick/yardstick.ts'
import { holdDataFolder } from './data-folder.ts'
import { keepForgetting } from './forget-prompts.ts'
import { startGateway, version } from './gateway.ts'
import { startHttp } from './http.ts'
import { lateLessons } from './late-lessons.ts'
import { credentialsOf, natsFolder, openBus } from './open-bus.ts'
import { busSecret, openSecrets } from './open-secrets.ts'
import { productFunctions } from './product-functions.ts'
import { startProxy } from './proxy.ts'
import { noteConfiguration, operatorSecret, removeSystemFile, writeSystemFile } from './system-file.ts'
import { tellOverdue } from './tell-overdue.ts'
import { openTokens } from './tokens.ts'
import { superviseWorker, type WorkerProcess } from './worker-process.ts'

export interface StartOptions {
  loaded: LoadedConfig
  env: Environment
  log: Logger
  /** What the log masks already; default: what configuration and environment say. */
  secrets?: OwnSecrets
  /** Handlers may go on for this long after the stop was asked for; default 2 s. */
  graceMs?: number
  /** How a next step that it tells is typed on this machine; default: as it stands. */
  typed?: Typed
  /** Whether it runs until somebody stops it, and not as long as one command; default true. */
  stays?: boolean
  /** Listen for HTTP: the gateway, and the model proxy where the browser lane is configured. Default true. */
  http?: boolean
  /** Whether it works on tasks; else it answers, and takes what is said at the door. Default true. */
  works?: boolean
}

/** The whole system in this process, with the embedded nats-server as its child. */
export interface System extends AsyncDisposable {
  /** For outsiders: without credentials. */
  readonly url: string
  readonly connection: Connection
  readonly folds: TaskFolds
  readonly functions: ReadonlyMap<string, AnyFunction>
  /** Undefined when NATS_URL names a server of somebody else's. */
  readonly nats?: EmbeddedNats
  readonly runtime: Runtime<typeof catalogue, Task>
  readonly services: Services
  readonly blobs: Blobs
  readonly views: Views
  /** Where the gateway listens for HTTP, if it does. */
  readonly httpUrl?: string
  /** Where the model proxy listens, if it does. */
  readonly proxyUrl?: string
  /** The process of the browser worker, if its lane is configured. */
  readonly worker?: WorkerProcess
  stop(): Promise<void>
}

const GRACE_MS = 2000
/** How long a start waits for the bus to store what is overdue. */
const START_MS = 60_000
/** How long a stop waits for the bus after the handlers' grace. */
const BUS_PATIENCE_MS = 3000

/** Starts everything, in the order in which it is needed; what was started is stopped again when a later step fails. */
export const startSystem = async (options: StartOptions): Promise<System> => {
  const { loaded, log, works = true, graceMs = GRACE_MS } = options
  const functions = await productFunctions()
  await using started = new AsyncDisposableStack()
  started.use(await holdDataFolder(loaded.dataDir, { isBrief: !works }))
  for (const orphan of await endOrphans(loaded.dataDir)) log.warn({ run: orphan }, 'a process that an earlier run left behind was ended')
  const { nats, connection, watch } = started.use(await openBus(options, [...functions.keys(), LANE_READER]))
  const disk = started.use(watchDisk({ place: loaded.dataDir, lowMb: loaded.config.disk.low_mb, server: nats, log }))
  const sandbox = started.use(await sandboxOf(options))
  const secrets = options.secrets ?? (await openSecrets(loaded.config, options.env))
  secrets.learn(busSecret(credentialsOf(nats).pass))
  const late = lateLessons()
  const services = await buildServices(options, { connection, functions, sandbox, secrets, disk, lessons: late.lessons })
  const blobs = started.use(await openBlobs({ config: loaded.config.blobs, connection, secrets, env: options.env, log }))
  const runtime = started.use(
    await startRuntime({
      catalogue,
      model: taskStory,
      connection,
      watch,
      functions,
      only: works ? undefined : doorReaders,
      version,
      blobs,
      services,
      log,
      ackWaitMs: milliseconds(loaded.config.nats.ack_wait),
      graceMs,
    }),
  )
  started.use(keepSourcing(connection, log))
  started.use(keepDoor(connection, { open: openDoorSubjects(catalogue), readers: doorReaders, shortage: disk.shortage, log }))
  started.use(works ? keepForgetting({ connection, blobs, log }, loaded.config) : undefined)
  if (works) await tellOverdue({ connection, folds: runtime.folds }, loaded.config, AbortSignal.timeout(START_MS))
  const views = started.use(await startViews({ connection, catalogue, ...viewsIn(loaded.dataDir), log }))
  late.open(views)
  const { http, proxy, surfaces } = await startSurfaces(options, { connection, runtime, blobs, views, services })
  started.use(surfaces)
  const worker = started.use(startWorker(options, nats, connection))
  const url = loaded.natsUrl ?? nats!.url
  started.use(tellWhere(options, url, nats))
  const running = started.move()
  const stop = (): Promise<void> => (nats ? running.disposeAsync() : stopWithout(connection, running, graceMs, log))
  return {
    url,
    connection,
    folds: runtime.folds,
    functions,
    nats,
    runtime,
    services,
    blobs,
    views,
    ...(http ? { httpUrl: http.url } : {}),
    ...(proxy ? { proxyUrl: proxy.url } : {}),
    ...(worker ? { worker } : {}),
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

/** Commands find the system by its record, until it stops. */
const tellWhere = (
  { loaded, stays = true, works = true }: StartOptions,
  url: string,
  nats: EmbeddedNats | undefined,
): Disposable | undefined => {
  if (!works) return undefined
  writeSystemFile(loaded.dataDir, { url, embedded: nats ? natsFolder(loaded) : null, stays })
  noteConfiguration(loaded.dataDir, loaded.file)
  return { [Symbol.dispose]: () => removeSystemFile(loaded.dataDir) }
}

type Inside = Pick<System, 'connection' | 'runtime' | 'blobs' | 'views' | 'services'>

/** Everything that answers from outside: the micro services, the gateway over HTTP, the model proxy where there is a browser lane. */
const startSurfaces = async (options: StartOptions, { connection, runtime, blobs, views, services }: Inside) => {
  const { loaded, env, log, typed = String } = options
  const { folds, running, standby } = runtime
  await using started = new AsyncDisposableStack()
  const known = loaded.config.lanes.browser && (await trackJobs(connection, folds))
  const lane = known ? { lane: () => lookAtLane(folds, known) } : {}
  const gateway = await startGateway({
    ...{ connection, folds, blobs, views, services, running, standby, log, typed, ...lane },
    operatorSecret: operatorSecret(loaded.dataDir),
  })
  started.defer(() => gateway.stop())
  if (options.http === false) return { surfaces: started.move() }
  const around = { loaded, env, gateway, connection, folds, blobs, log, typed }
  const needs = { ...around, tokens: openTokens(loaded.dataDir), refusals: countRefusals() }
  const http = await startHttp({ ...needs, views, chat: services.chat, disk: services.disk })
  if (http) started.use(http)
  const proxy = await startProxy({ ...needs, known, disk: services.disk })
  if (proxy) started.use(proxy)
  return { http, proxy, surfaces: started.move() }
}

/** A bus of somebody else may never come back: what waits for it is given up, so that the process ends. */
const stopWithout = async (connection: Connection, running: AsyncDisposable, graceMs: number, log: Logger): Promise<void> => {
  const away = Promise.withResolvers<void>()
  const patience = setTimeout(() => {
    log.warn('the bus is away; the stop no longer waits for it')
    connection.nc.close().then(away.resolve, away.reject)
  }, graceMs + BUS_PATIENCE_MS)
  await Promise.race([running[Symbol.asyncDispose](), away.promise]).finally(() => clearTimeout(patience))
}

/** The browser lane has a process of its own, which is told by whom and where the bus is. */
const startWorker = (
  { loaded, env, log, works = true }: StartOptions,
  nats: EmbeddedNats | undefined,
  connection: Connection,
): WorkerProcess | undefined => {
  const { browser } = loaded.config.lanes
  if (!browser || !works) return undefined
  const address = { url: loaded.natsUrl ?? nats?.url ?? '', ...credentialsOf(nats) }
  const tell = async (reason: string): Promise<void> => {
    // Another one took over and tells how it is.
    if (hasWorker({ loaded, env })) return
    try {
      await tellDegraded(connection, browser.site, reason, AbortSignal.timeout(TELL_MS))
    } catch (error) {
      log.warn({ error: messageOf(error) }, 'that the browser worker is gone could not be told; its successor tells how it is')
    }
  }
  return superviseWorker({ loaded, address, logLevel: loaded.config.log.level }, env, log, tell)
}

/** How long a worker waits for the word that the one before it is gone. */
const TELL_MS = 2000

const tellDegraded = (connection: Connection, site: string, reason: string, signal: AbortSignal): Promise<number> => {
  const change = { lane: 'browser', state: 'degraded', reason: reason.slice(0, 500), site }
  return knock(connection, 'lane.changed', { id: BROWSER_LANE, ...change, by: 'system', channel: 'service' }, { signal })
}

/** What agents, setup and checks run in; where it cannot be had, the log says why. */
const sandboxOf = async ({ loaded, env, log }: StartOptions): Promise<Sandbox> => {
  const sandbox = await openSandbox({ settings: loaded.config.sandbox, env, closed: closedTo(loaded) })
  if (sandbox.missing) log.warn({ reason: sandbox.missing }, 'agents, setup and checks run without a sandbox')
  return sandbox
}

/** What no place of the system's opens to a run: what is Cortex's, and the repositories themselves. */
const closedTo = ({ config, dataDir, cacheDir }: LoadedConfig): string[] => [
  ...[dataDir, cacheDir],
  ...Object.values(config.projects).flatMap(({ path }) => path ?? []),
]

/** Where the views are kept. */
const viewsIn = (dataDir: string) => ({ dbPath: join(dataDir, 'cortex.db'), tasksDir: join(dataDir, 'tasks') })

/** When an agent is taken for stuck. */
const patienceOf = ({ limits, timeouts }: Config) => ({ sameAction: limits.same_action, silenceMs: milliseconds(timeouts.silence) })

/** Everything outside the bus that functions may use, each built once. */
const buildServices = async (
  { loaded, env, log, typed = String }: StartOptions,
  {
    connection,
    functions,
    secrets,
    disk,
    lessons,
    ...around
  }: Pick<System, 'connection' | 'functions'> & Pick<Services, 'disk' | 'lessons'> & { sandbox: Sandbox; secrets: OwnSecrets },
): Promise<Services> => {
  const { dataDir, cacheDir } = loaded
  const config = withLanePack(loaded)
  const configDir = loaded.file ? dirname(loaded.file) : process.cwd()
  const git = createGit({ projects: config.projects, cacheDir, configDir, env, log })
  await git.sweep(new Set())
  const sandbox = withBorrowed(around.sandbox, git.borrowedBy)
  const found = Object.entries(cachedAgents(cacheDir)).filter((entry): entry is [string, string] => entry[1] !== null)
  return {
    config,
    git,
    agents: createAgents({ ...config, patience: patienceOf(config), sandbox, secrets, dataDir, env, programs: Object.fromEntries(found) }),
    semgrep: createSemgrep({ config: config.semgrep, cacheDir, dataDir, env }),
    checks: createChecks({ projects: config.projects, configDir, dataDir, env, sandbox, secrets, log }),
    yardstick: createYardstick({ git, config }),
    sandbox,
    secrets,
    disk,
    lessons,
    ruleGate: createRuleGate({ config: config.semgrep, cacheDir, dataDir, env }),
    model: createModelApi({ api: config.lanes.api, key: namedVariable(config.lanes.api?.key_env, env), secrets }),
    notify: createNotify({ escalation: config.escalation, dataDir, env, log, typed }),
    chat: createChat({ chat: config.gateway.chat, env, connection, log, typed }),
    callbacks: createWebhooks({ config, env }).callbacks,
    deadLetters: { redrive: async (number, signal) => void (await redriveDeadLetter(connection, number, signal)) },
    functions: { onlyTells: (name) => functions.get(name)?.tells ?? false },
  }
}
