import type { Logger } from 'pino'
import type { Blobs } from '../../bus/blobs.ts'
import { milliseconds } from '../../bus/duration.ts'
import type { Connection } from '../../bus/jetstream/connect.ts'
import type { TaskFolds } from '../../domain/task-story.ts'
import { followAdmissions } from '../../gateway/context/admissions.ts'
import type { Scope } from '../../gateway/http/scopes.ts'
import { type ServedApp, serveApp } from '../../gateway/http/serve.ts'
import { openJobs } from '../../gateway/jobs/open-jobs.ts'
import type { KnownJobs } from '../../gateway/jobs/track-jobs.ts'
import { proxyApp } from '../../gateway/surfaces/proxy/app.ts'
import type { Jobs } from '../../gateway/surfaces/proxy/jobs.ts'
import { defaultSettings, type ProxySettings } from '../../gateway/surfaces/proxy/settings.ts'
import { toolsApp } from '../../gateway/surfaces/proxy/tools-app.ts'
import { ConfigFault, type LoadedConfig, namedVariable } from '../config/config.ts'
import type { Environment } from '../config/environment.ts'
import { isLoopback } from '../config/loopback.ts'
import type { Gateway } from './gateway.ts'
import { operatorSecret } from './system-file.ts'

export interface ProxyOptions {
  readonly loaded: LoadedConfig
  readonly env: Environment
  readonly connection: Connection
  readonly folds: TaskFolds
  readonly blobs: Blobs
  /** Absent where there is no browser lane. */
  readonly known?: KnownJobs | undefined
  /** What the tools of a chat may do; without it there are none. */
  readonly operations?: Gateway['operations']
  readonly log: Logger
}

/**
 * Starts the model proxy over the browser lane, and the tools of a chat beside it; without that lane the tools alone. Undefined where
 * it is switched off. Throws when its port is taken; for the tools alone that is only a warning: nobody has asked for this port.
 */
export const startProxy = async (options: ProxyOptions): Promise<(ServedApp & AsyncDisposable) | undefined> => {
  const { loaded, env, log } = options
  const { host, port, enabled } = loaded.config.gateway.proxy
  if (!enabled) return undefined
  const jobs = jobsOf(options)
  const settings = settingsOf(loaded, env)
  // Who has the proxy's token may ask, not decide; where tokens are required, nobody comes in without one by this door either.
  const isClosed = loaded.config.gateway.tokens_required && !settings.token
  const tools = isClosed ? undefined : options.operations?.({ name: 'proxy', scopes: settings.token ? MODEST : undefined }, 'gateway')
  if (!jobs && !tools) return undefined
  const stopping = new AbortController()
  const common = { settings, log: (line: string) => log.warn({ surface: 'proxy' }, line) }
  const app = jobs ? proxyApp({ ...common, jobs, tools, stopping: stopping.signal }) : tools && toolsApp({ ...common, operations: tools })
  const served =
    app && (await serveApp({ app, host, port }).catch((error: NodeJS.ErrnoException) => taken(error, port, jobs ? undefined : log)))
  if (!served) return undefined
  const stop = (): Promise<void> => {
    stopping.abort()
    return served.stop()
  }
  return { url: served.url, stop, [Symbol.asyncDispose]: stop }
}

const MODEST: readonly Scope[] = ['create', 'read']

const jobsOf = ({ loaded, connection, folds, blobs, known }: ProxyOptions): Jobs | undefined => {
  const lane = loaded.config.lanes.browser
  if (!lane || !known) return undefined
  const identity = { secret: operatorSecret(loaded.dataDir), by: 'proxy', channel: 'gateway' } as const
  return openJobs({ connection, known, folds, blobs, admissions: followAdmissions(folds), lane, identity })
}

/** A port that is taken is a fault for who wants the proxy; with a log it is only told. */
const taken = (error: NodeJS.ErrnoException, port: number, log: Logger | undefined): undefined => {
  if (error.code !== 'EADDRINUSE') throw error
  const words = `port ${port} is taken by another program; choose another gateway.proxy.port, or 0 for any free one`
  if (!log) throw new ConfigFault('gateway.proxy', [words])
  log.warn({ surface: 'proxy' }, `the tools are not served there: ${words}`)
}

const settingsOf = ({ config }: LoadedConfig, env: Environment): ProxySettings => {
  const { host, hosts, origins, token_env, remote_images } = config.gateway.proxy
  const token = namedVariable(token_env, env)
  if (token_env && !token) throw new ConfigFault('gateway.proxy', [`token_env names ${token_env}, which is not set`])
  return {
    ...defaultSettings,
    loopback: isLoopback(host),
    hosts,
    origins,
    remoteImages: remote_images,
    timeoutMs: milliseconds(config.lanes.browser?.deadline ?? '20m'),
    ...(token ? { token } : {}),
  }
}
