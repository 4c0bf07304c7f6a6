import { userInfo } from 'node:os'
import type { Logger } from 'pino'
import type { Blobs } from '../bus/blobs.ts'
import type { catalogue } from '../bus/catalogue/index.ts'
import type { Folds } from '../bus/folds.ts'
import type { Connection } from '../bus/jetstream/connect.ts'
import { gatewayApp } from '../functions/gateway/http/app.ts'
import type { HttpCaller, HttpSurroundings, Surface } from '../functions/gateway/http/gateway-app.ts'
import { countRefusals, type Refusals } from '../functions/gateway/http/refusals.ts'
import { type ServedApp, serveApp } from '../functions/gateway/http/serve.ts'
import type { Views } from '../functions/views/start-views.ts'
import { ConfigFault, type LoadedConfig } from './config.ts'
import { isLoopback } from './configuration/loopback.ts'
import type { Environment } from './environment.ts'
import type { Gateway } from './gateway.ts'
import { openTokens, type TokenStore } from './tokens.ts'

export interface HttpOptions {
  readonly loaded: LoadedConfig
  readonly env: Environment
  readonly gateway: Gateway
  readonly connection: Connection
  readonly folds: Folds<typeof catalogue>
  readonly blobs: Blobs
  readonly views: Views
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
  const app = gatewayApp({ around, guards, refusals, surfaces: surfacesOf(options, tokens, refusals) })
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
const surfacesOf = (_options: HttpOptions, _tokens: TokenStore, _refusals: Refusals): Surface[] => []

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
