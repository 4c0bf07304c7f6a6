import type { MiddlewareHandler } from 'hono'
import { getCookie } from 'hono/cookie'
import { secureHeaders } from 'hono/secure-headers'
import { RequestFault } from '../../bus/define-service.ts'
import { isAllowedHost } from './allowed-hosts.ts'
import type { GatewayContext, GatewayEnv, HttpCaller } from './gateway-app.ts'
import { endWhenRevoked } from './revocation.ts'
import { Scopes } from './scopes.ts'
import type { TokenBuckets } from './token-bucket.ts'

export interface GuardSettings {
  /** Whether only this machine can reach the server. */
  readonly loopback: boolean
  readonly tokensRequired: boolean
  /** Paths that verify by themselves, or that show nothing: they refuse nobody. */
  readonly isOpen: (path: string) => boolean
  /** Clients of models always send some key: where no token is required, one that is nobody's counts for none. */
  readonly anyKey?: boolean
  readonly hosts: readonly string[]
  readonly origins: readonly string[]
  /** The section of cortex.toml in which both stand. */
  readonly section: string
  /** Who a request without a token is on loopback: nobody whose name is known. */
  readonly localName: string
  /** Whose token this is; undefined when it is nobody's. */
  readonly verify: (token: string) => HttpCaller | undefined
  /** How often the token of an answer that goes on is looked at again, in milliseconds; default 5 s. */
  readonly lookMs?: number
}

/** Of the gateway's surfaces. */
const openPaths = /^\/(?:health$|login$|logout$|(?:hooks|chat|assets)\/)/
export const isOpenPath = (path: string): boolean => openPaths.test(path)

type Guard = MiddlewareHandler<GatewayEnv>

/** Under this cookie the page keeps the token that a person gave it. */
export const TOKEN_COOKIE = 'cortex_token'

/** What other pages and browsers may do with an answer, unless a route says more; a page's form must still name its origin, so referrers stay. */
export const headersGuard = (): Guard =>
  secureHeaders({ xFrameOptions: 'DENY', referrerPolicy: 'same-origin', strictTransportSecurity: false, overwrite: false })

/** What is for one caller alone stays in no cache, unless a route says otherwise. */
export const privacyGuard = (): Guard => async (context, next) => {
  await next()
  if (!context.res.headers.has('cache-control')) context.header('cache-control', 'no-store')
}

/** Where no token protects us the name must be ours. What verifies itself may come by any name. */
export const hostGuard =
  ({ loopback, tokensRequired, isOpen, hosts, section }: GuardSettings): Guard =>
  async (context, next) => {
    const host = context.req.header('host')
    if (loopback && !tokensRequired && !isOpen(context.req.path) && !isAllowedHost(host, hosts))
      throw new RequestFault(403, [
        `this server is not "${(host ?? '').slice(0, 200)}": address it as localhost, or add the name to hosts in [${section}] of cortex.toml`,
      ])
    await next()
  }

/** A page of another origin may neither read nor send anything, not even requests that browsers send without asking first. */
export const originGuard =
  ({ origins, section }: GuardSettings): Guard =>
  async (context, next) => {
    const origin = context.req.header('origin')
    const isSame = origin !== undefined && URL.parse(origin)?.host === context.req.header('host')
    if (origin !== undefined && !isSame && !origins.includes(origin))
      throw new RequestFault(403, [`pages of ${origin.slice(0, 200)} may not ask here: add it to origins in [${section}] of cortex.toml`])
    if (origin === undefined && context.req.method !== 'GET' && context.req.header('sec-fetch-site') === 'cross-site')
      throw new RequestFault(403, ['pages of other sites may not send anything here'])
    await next()
  }

/** Finds out who asks. Without a token only the person at this machine may, on loopback. An open path refuses nobody. */
export const callerGuard =
  (settings: GuardSettings): Guard =>
  async (context, next) => {
    const header = context.req.header('authorization')
    const token = header === undefined ? getCookie(context, TOKEN_COOKIE) : (/^bearer +(\S+)$/i.exec(header.trim())?.[1] ?? '')
    const owner = token === undefined ? undefined : settings.verify(token)
    const caller = owner ?? (token === undefined || settings.anyKey ? localCaller(settings, context) : undefined)
    if (!caller && !settings.isOpen(context.req.path)) throw new RequestFault(401, [token === undefined ? NO_TOKEN : WRONG_TOKEN])
    context.set('caller', caller)
    await next()
    if (owner && token !== undefined) endWhenRevoked(context, () => settings.verify(token) !== undefined, settings.lookMs)
  }

const NO_TOKEN = 'a token is needed: send it as "Authorization: Bearer <token>"'
const WRONG_TOKEN = 'the token is wrong or was revoked; on the machine of Cortex `cortex token create <name>` makes one'

/** What reverse proxies say of those they speak for, who are not at this machine. */
const forwarding = new Set([
  ...['via', 'forwarded', 'x-forwarded', 'x-original-forwarded-for', 'x-real-ip', 'x-client-ip', 'x-cluster-client-ip'],
  ...['true-client-ip', 'fastly-client-ip', 'cf-connecting-ip', 'cf-connecting-ipv6', 'x-envoy-external-address'],
])
const isForwarding = (header: string): boolean => forwarding.has(header) || header.startsWith('x-forwarded-')

const localCaller = ({ loopback, tokensRequired, hosts, localName }: GuardSettings, { req }: GatewayContext): HttpCaller | undefined => {
  const isForwarded = Object.keys(req.header()).some(isForwarding)
  const isHere = loopback && isAllowedHost(req.header('host'), hosts) && !isForwarded
  return isHere && !tokensRequired ? { name: localName, scopes: Scopes, isLocal: true } : undefined
}

/** So many requests a minute of one token; those without one share theirs with nobody else. */
export const rateGuard =
  (buckets: TokenBuckets, now: () => Date): Guard =>
  async (context, next) => {
    const caller = context.get('caller')
    const waitMs = caller && !caller.isLocal ? buckets.take(caller.name, now().getTime()) : 0
    if (waitMs > 0) throw new RequestFault(429, ['too many requests of this token; come again later'], { retryAfterMs: waitMs })
    await next()
  }

/** No body is of no type: clients name JSON out of habit, also where they send nothing. */
export const emptyBodyGuard = (): Guard => async (context, next) => {
  const { raw } = context.req
  const saysNoLength = context.req.header('content-length') === undefined && context.req.header('transfer-encoding') === undefined
  if (context.req.header('content-type') !== undefined && (saysNoLength || context.req.header('content-length') === '0')) {
    const body = await raw.arrayBuffer()
    const headers = new Headers(raw.headers)
    if (body.byteLength === 0) headers.delete('content-type')
    context.req.raw = new Request(raw.url, { method: raw.method, headers, signal: raw.signal, ...(body.byteLength > 0 ? { body } : {}) })
  }
  await next()
}
