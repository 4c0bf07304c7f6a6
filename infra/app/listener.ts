import type { Logger } from 'pino'
import { type Typed, withSteps } from '../../bus/next-steps.ts'
import { type GatewayDependencies, gatewayApp } from '../../gateway/http/app.ts'
import type { HttpCaller, SurfaceNeeds } from '../../gateway/http/gateway-app.ts'
import type { GuardSettings } from '../../gateway/http/guards.ts'
import type { Refusals } from '../../gateway/http/refusals.ts'
import { type ServedApp, serveApp } from '../../gateway/http/serve.ts'
import { ConfigFault, type LoadedConfig } from '../config/config.ts'
import { isLoopback } from '../config/loopback.ts'
import type { Gateway } from './gateway.ts'
import type { TokenStore } from './tokens.ts'

/** What every listener shares: who may ask, what he may do, and who hears of it. */
export interface ListenerNeeds {
  readonly loaded: LoadedConfig
  readonly gateway: Pick<Gateway, 'operations'>
  readonly tokens: TokenStore
  readonly refusals: Refusals
  readonly log: Logger
  /** How who reads an answer types a next step on this machine. */
  readonly typed: Typed
}

export interface Listener extends Pick<GatewayDependencies, 'surfaces' | 'guide' | 'mostBytes' | 'answerError' | 'toLogin'> {
  /** Stands in the log. */
  readonly name: string
  /** Where cortex.toml says this, and how its port is changed. */
  readonly section: string
  readonly portSetting: string
  readonly address: { readonly host: string; readonly port: number; readonly hosts: readonly string[]; readonly origins: readonly string[] }
  readonly guards: Pick<GuardSettings, 'tokensRequired' | 'isOpen' | 'anyKey'>
  /** Whose token it is that stands in no file. */
  readonly verify?: (token: string) => HttpCaller | undefined
}

/** Serves surfaces behind the guards that every listener has. Throws `ConfigFault` when the port is taken. */
export const startListener = async (needs: ListenerNeeds, listener: Listener): Promise<ServedApp & AsyncDisposable> => {
  const { loaded, gateway, tokens, refusals, log, typed } = needs
  const { name, section, portSetting, address, guards, verify, ...shown } = listener
  const { host, port, hosts, origins } = address
  const stopping = new AbortController()
  const around: SurfaceNeeds = {
    config: loaded.config,
    operations: gateway.operations,
    told: (words) => withSteps(words, typed),
    log: (line, about = {}) => log.warn({ surface: name, ...about }, line),
    now: () => new Date(),
    stopping: stopping.signal,
  }
  const known = verifier(tokens)
  const app = gatewayApp({
    ...{ around, refusals, ...shown },
    guards: {
      ...{ hosts, origins, section, ...guards },
      loopback: isLoopback(host),
      localName: 'local',
      verify: (token) => verify?.(token) ?? known(token),
    },
  })
  const served = await serveApp({ app, host, port }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error
    throw new ConfigFault(section, [`port ${port} is taken by another program; choose another ${portSetting}, or 0 for any free one`])
  })
  const stop = (): Promise<void> => {
    stopping.abort()
    return served.stop()
  }
  return { url: served.url, stop, [Symbol.asyncDispose]: stop }
}

/** Whose token it is, as every listener reads it. */
export const verifier =
  (tokens: TokenStore) =>
  (token: string): HttpCaller | undefined => {
    const found = tokens.verify(token)
    return found && { ...found, isLocal: false }
  }
