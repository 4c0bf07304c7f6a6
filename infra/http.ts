import { createHmac } from 'node:crypto'
import { userInfo } from 'node:os'
import type { Logger } from 'pino'
import type { Blobs } from '../bus/blobs.ts'
import type { catalogue } from '../bus/catalogue/index.ts'
import type { Folds } from '../bus/folds.ts'
import type { Connection } from '../bus/jetstream/connect.ts'
import { chatSurface } from '../functions/gateway/chat/surface.ts'
import { busSources } from '../functions/gateway/follow/bus-sources.ts'
import { followTasks } from '../functions/gateway/follow/follow-tasks.ts'
import { followSurface } from '../functions/gateway/follow/surface.ts'
import { gatewayApp } from '../functions/gateway/http/app.ts'
import type { HttpCaller, HttpSurroundings, Surface } from '../functions/gateway/http/gateway-app.ts'
import { countRefusals, type Refusals } from '../functions/gateway/http/refusals.ts'
import { type ServedApp, serveApp } from '../functions/gateway/http/serve.ts'
import { mcpSurface } from '../functions/gateway/mcp/surface.ts'
import { operatorSurface } from '../functions/gateway/operator/surface.ts'
import { toLogin } from '../functions/gateway/page/login.ts'
import { pageSurface } from '../functions/gateway/page/surface.ts'
import { taskSurface } from '../functions/gateway/tasks/surface.ts'
import { toolSurface } from '../functions/gateway/tools/surface.ts'
import { tools } from '../functions/gateway/tools/tools.ts'
import { webhookSurface } from '../functions/gateway/webhooks/surface.ts'
import type { Views } from '../functions/views/start-views.ts'
import { chatDesks } from './chat.ts'
import { ConfigFault, type LoadedConfig } from './config.ts'
import { isLoopback } from './configuration/loopback.ts'
import type { Environment } from './environment.ts'
import { type Gateway, version } from './gateway.ts'
import type { Chat } from './services.ts'
import { operatorSecret } from './system-file.ts'
import { openTokens, type TokenStore } from './tokens.ts'
import { createWebhooks } from './webhooks.ts'

export interface HttpOptions {
  readonly loaded: LoadedConfig
  readonly env: Environment
  readonly gateway: Gateway
  readonly connection: Connection
  readonly folds: Folds<typeof catalogue>
  readonly blobs: Blobs
  readonly views: Views
  readonly chat: Chat
  readonly log: Logger
}

/** Listens for HTTP; undefined where the gateway is switched off. Throws `ConfigFault` when its port is taken or tokens are missing. */
export const startHttp = async (options: HttpOptions): Promise<(ServedApp & AsyncDisposable) | undefined> => {
  const { loaded, gateway, log } = options
  const { config } = loaded
  const { enabled, host, port, hosts, origins, tokens_required: required } = config.gateway
  if (!enabled) return undefined
  const tokens = openTokens(loaded.dataDir)
  const loopback = isLoopback(host)
  if ((!loopback || required) && !tokens.list().some(({ revokedAt }) => !revokedAt)) throw noTokens(host)
  const stopping = new AbortController()
  const around: HttpSurroundings = {
    config,
    operations: gateway.operations,
    log: (line, about = {}) => log.warn({ surface: 'http', ...about }, line),
    now: () => new Date(),
    stopping: stopping.signal,
  }
  const refusals = countRefusals()
  const guards = { loopback, tokensRequired: required, hosts, origins, localName: userInfo().username, verify: verifier(tokens) }
  const app = gatewayApp({ around, guards, refusals, surfaces: surfacesOf(options, tokens, refusals), toLogin })
  const served = await serveApp({ app, host, port }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error
    throw new ConfigFault('gateway', [
      `port ${port} is taken by another program; choose another gateway.port (cortex up --port), or 0 for any free one`,
    ])
  })
  const stop = (): Promise<void> => {
    stopping.abort()
    return served.stop()
  }
  return { url: served.url, stop, [Symbol.asyncDispose]: stop }
}

/** Every surface; a new one is added here. */
const surfacesOf = (
  { loaded: { config, dataDir }, env, connection, folds, views, chat, log }: HttpOptions,
  tokens: TokenStore,
  refusals: Refusals,
): Surface[] => [
  toolSurface(),
  taskSurface(),
  followSurface({ follower: followTasks(busSources(connection, folds)) }),
  chatSurface({ desks: chatDesks({ chat: config.gateway.chat, env, connection, log }), chat }),
  webhookSurface({ sources: createWebhooks({ config, env }).sources }),
  operatorSurface({ views, ping: () => connection.nc.rtt(), refusals, startedAt: new Date(), version }),
  pageSurface({ verify: verifier(tokens), statistics: views.statistics, onFact: folds.onFact }),
  mcpSurface({ tools, version, onFact: busSources(connection, folds).onFact, key: keyFor('mcp', dataDir) }),
]

/** A key of this system for one purpose, the same for as long as its data folder lives. */
const keyFor = (purpose: string, dataDir: string): Uint8Array => createHmac('sha256', operatorSecret(dataDir)).update(purpose).digest()

const verifier =
  (tokens: TokenStore) =>
  (token: string): HttpCaller | undefined => {
    const found = tokens.verify(token)
    return found && { ...found, isLocal: false }
  }

const noTokens = (host: string): ConfigFault =>
  new ConfigFault('gateway', [
    `there are no tokens, and without them nobody may listen on "${host}": cortex token create <name>, or use 127.0.0.1`,
  ])
