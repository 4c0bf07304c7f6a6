import type { Logger } from 'pino'
import type { Blobs } from '../../bus/blobs.ts'
import { milliseconds } from '../../bus/duration.ts'
import type { Connection } from '../../bus/jetstream/connect.ts'
import { presenceOn } from '../../bus/jetstream/presence.ts'
import { withSteps } from '../../bus/next-steps.ts'
import { isSameSecret } from '../../bus/same-secret.ts'
import type { TaskFolds } from '../../domain/task-story.ts'
import type { Disk } from '../../functions/ports.ts'
import { followAdmissions } from '../../gateway/context/admissions.ts'
import type { HttpCaller } from '../../gateway/http/gateway-app.ts'
import type { ServedApp } from '../../gateway/http/serve.ts'
import type { Jobs } from '../../gateway/jobs/jobs.ts'
import { openJobs } from '../../gateway/jobs/open-jobs.ts'
import type { KnownJobs } from '../../gateway/jobs/track-jobs.ts'
import { defaultSettings, type ProxySettings } from '../../gateway/surfaces/proxy/settings.ts'
import { modelsDocument, NO_MODELS_GUIDE, noModelsSurface, proxyError, proxySurface } from '../../gateway/surfaces/proxy/surface.ts'
import { toolSurface } from '../../gateway/surfaces/tools/surface.ts'
import { ConfigFault, type LoadedConfig, namedVariable } from '../config/config.ts'
import type { Environment } from '../config/environment.ts'
import { version } from './gateway.ts'
import { type ListenerNeeds, startListener } from './listener.ts'
import { operatorSecret } from './system-file.ts'

export interface ProxyOptions extends ListenerNeeds {
  readonly env: Environment
  readonly connection: Connection
  readonly folds: TaskFolds
  readonly blobs: Blobs
  readonly disk: Disk
  /** Absent where there is no browser lane. */
  readonly known?: KnownJobs | undefined
}

/**
 * Starts the model proxy over the browser lane, and the tools of a chat beside it; without that lane the tools alone. Undefined where
 * it is switched off. Throws when its port is taken; for the tools alone that is only a warning: nobody has asked for this port.
 */
export const startProxy = async (options: ProxyOptions): Promise<(ServedApp & AsyncDisposable) | undefined> => {
  const { gateway } = options.loaded.config
  if (!gateway.proxy.enabled) return undefined
  const jobs = jobsOf(options)
  const settings = settingsOf(options.loaded)
  const own = tokenOf(options)
  const tokensRequired = gateway.tokens_required || own !== undefined
  const listening = Promise.withResolvers<void>()
  const presence = presenceOn(options.connection)
  const starting = startListener(options, {
    name: 'proxy',
    section: 'gateway.proxy',
    portSetting: 'gateway.proxy.port',
    address: gateway.proxy,
    guards: { tokensRequired, anyKey: !tokensRequired, isOpen: (path) => tokensRequired && path === '/health' },
    verify: (token) => (own !== undefined && isSameSecret(token, own) ? ownerOfToken : undefined),
    surfaces: [
      toolSurface(),
      jobs ? proxySurface({ jobs, settings, presence, listening: listening.promise }) : noModelsSurface(),
      modelsDocument(version),
    ],
    guide: jobs ? undefined : NO_MODELS_GUIDE,
    mostBytes: settings.bodyLimit,
    answerError: proxyError,
  })
  if (!jobs) return starting.catch((error: unknown) => unwanted(error, options.log))
  const served = await starting
  listening.resolve()
  return served
}

/** Who has the proxy's token may ask, not decide. */
const ownerOfToken: HttpCaller = { name: 'proxy', scopes: ['create', 'read'], isLocal: false }

const jobsOf = ({ loaded, connection, folds, blobs, disk, known, typed }: ProxyOptions): Jobs | undefined => {
  const lane = loaded.config.lanes.browser
  if (!lane || !known) return undefined
  const identity = { secret: operatorSecret(loaded.dataDir), by: 'proxy', channel: 'gateway' } as const
  return openJobs({
    told: (words) => withSteps(words, typed),
    connection,
    known,
    folds,
    blobs,
    admissions: followAdmissions(folds),
    lane,
    disk,
    identity,
  })
}

/** Where nobody wants the proxy, a port that is taken is only told. */
const unwanted = (error: unknown, log: Logger): undefined => {
  if (!(error instanceof ConfigFault)) throw error
  log.warn({ surface: 'proxy' }, `the tools are not served there: ${error.message}`)
}

const tokenOf = ({ loaded, env }: ProxyOptions): string | undefined => {
  const { token_env } = loaded.config.gateway.proxy
  const token = namedVariable(token_env, env)
  if (token_env && !token) throw new ConfigFault('gateway.proxy', [`token_env names ${token_env}, which is not set`])
  return token
}

const settingsOf = ({ config }: LoadedConfig): ProxySettings => ({
  ...defaultSettings,
  remoteImages: config.gateway.proxy.remote_images,
  timeoutMs: milliseconds(config.lanes.browser?.deadline ?? '20m'),
})
