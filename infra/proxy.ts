import type { Logger } from 'pino'
import { followAdmissions } from '../bus/admissions.ts'
import type { Blobs } from '../bus/blobs.ts'
import type { catalogue } from '../bus/catalogue/index.ts'
import { milliseconds } from '../bus/duration.ts'
import type { Folds } from '../bus/folds.ts'
import type { Connection } from '../bus/jetstream/connect.ts'
import { type ServedApp, serveApp } from '../functions/gateway/http/serve.ts'
import { openJobs } from '../functions/gateway/jobs/open-jobs.ts'
import type { KnownJobs } from '../functions/gateway/jobs/track-jobs.ts'
import { proxyApp } from '../functions/gateway/proxy/app.ts'
import { defaultSettings, type ProxySettings } from '../functions/gateway/proxy/settings.ts'
import { ConfigFault, type LoadedConfig, namedVariable } from './config.ts'
import { isLoopback } from './configuration/loopback.ts'
import type { Environment } from './environment.ts'
import { operatorSecret } from './system-file.ts'

export interface ProxyOptions {
  readonly loaded: LoadedConfig
  readonly env: Environment
  readonly connection: Connection
  readonly folds: Folds<typeof catalogue>
  readonly blobs: Blobs
  readonly known: KnownJobs
  readonly log: Logger
}

/** Starts the model proxy over the browser lane; undefined where there is no such lane or it is switched off. Throws when its port is taken. */
export const startProxy = async (options: ProxyOptions): Promise<(ServedApp & AsyncDisposable) | undefined> => {
  const { loaded, env, connection, folds, blobs, known, log } = options
  const { gateway, lanes } = loaded.config
  if (!lanes.browser || !gateway.proxy.enabled) return undefined
  const jobs = openJobs({
    connection,
    known,
    folds,
    blobs,
    admissions: followAdmissions(folds),
    lane: lanes.browser,
    identity: { secret: operatorSecret(loaded.dataDir), by: 'proxy', channel: 'gateway' },
  })
  const stopping = new AbortController()
  const app = proxyApp({
    jobs,
    settings: settingsOf(loaded, env),
    log: (line) => log.warn({ surface: 'proxy' }, line),
    stopping: stopping.signal,
  })
  const { host, port } = gateway.proxy
  const served = await serveApp({ app, host, port }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error
    throw new ConfigFault('gateway.proxy', [
      `port ${port} is taken by another program; choose another gateway.proxy.port, or 0 for any free one`,
    ])
  })
  const stop = (): Promise<void> => {
    stopping.abort()
    return served.stop()
  }
  return { url: served.url, stop, [Symbol.asyncDispose]: stop }
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
