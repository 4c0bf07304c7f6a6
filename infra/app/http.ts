import { createHmac } from 'node:crypto'
import { userInfo } from 'node:os'
import type { Logger } from 'pino'
import type { Blobs } from '../../bus/blobs.ts'
import type { Connection } from '../../bus/jetstream/connect.ts'
import type { TaskFolds } from '../../domain/task-story.ts'
import type { Chat } from '../../functions/ports.ts'
import type { Views } from '../../functions/views/start-views.ts'
import { gatewayApp } from '../../gateway/http/app.ts'
import type { HttpCaller, HttpSurroundings, Surface } from '../../gateway/http/gateway-app.ts'
import { countRefusals, type Refusals } from '../../gateway/http/refusals.ts'
import { type ServedApp, serveApp } from '../../gateway/http/serve.ts'
import { chatSurface } from '../../gateway/surfaces/chat/surface.ts'
import { busSources } from '../../gateway/surfaces/follow/bus-sources.ts'
import { followTasks } from '../../gateway/surfaces/follow/follow-tasks.ts'
import { followSurface } from '../../gateway/surfaces/follow/surface.ts'
import { mcpSurface } from '../../gateway/surfaces/mcp/surface.ts'
import { operatorSurface } from '../../gateway/surfaces/operator/surface.ts'
import { toLogin } from '../../gateway/surfaces/page/login.ts'
import { pageSurface } from '../../gateway/surfaces/page/surface.ts'
import { taskSurface } from '../../gateway/surfaces/tasks/surface.ts'
import { toolSurface } from '../../gateway/surfaces/tools/surface.ts'
import { tools } from '../../gateway/surfaces/tools/tools.ts'
import { webhookSurface } from '../../gateway/surfaces/webhooks/surface.ts'
import { chatDesks } from '../chat/chat.ts'
import { ConfigFault, type LoadedConfig } from '../config/config.ts'
import type { Environment } from '../config/environment.ts'
import { isLoopback } from '../config/loopback.ts'
import { createWebhooks } from '../webhooks/webhooks.ts'
import { type Gateway, version } from './gateway.ts'
import { operatorSecret } from './system-file.ts'
import { openTokens, type TokenStore } from './tokens.ts'

export interface HttpOptions {
  readonly loaded: LoadedConfig
  readonly env: Environment
  readonly gateway: Gateway
  readonly connection: Connection
  readonly folds: TaskFolds
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
