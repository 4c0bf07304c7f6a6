import { randomUUID } from 'node:crypto'
import type { MiddlewareHandler } from 'hono'
import { getCookie } from 'hono/cookie'
import { RequestFault } from '../../../bus/define-service.ts'
import type { GatewayEnv, HttpCaller } from './gateway-app.ts'
import { isOwnHost } from './own-host.ts'
import { Scopes } from './scopes.ts'
import type { TokenBuckets } from './token-bucket.ts'

export interface GuardSettings {
  /** Whether only this machine can reach the server. */
  readonly loopback: boolean
  readonly tokensRequired: boolean
  readonly hosts: readonly string[]
  readonly origins: readonly string[]
  /** Who a request without a token is on loopback: the person at this machine. */
  readonly localName: string
  /** Whose token this is; undefined when it is nobody's. */
  readonly verify: (token: string) => HttpCaller | undefined
}

type Guard = MiddlewareHandler<GatewayEnv>

/** Under this cookie the page keeps the token that a person gave it. */
export const TOKEN_COOKIE = 'cortex_token'

/** Paths that verify by themselves, or that show nothing. */
const openPaths = /^\/(?:health$|login$|(?:hooks|chat|assets)\/)/

export const isOpenPath = (path: string): boolean => openPaths.test(path)

const REQUEST_ID = /^[A-Za-z0-9_-]{1,64}$/

/** Every answer and every log line of a request has its id; a caller's own is kept when it is one. */
export const requestId = (): Guard => async (context, next) => {
  const given = context.req.header('x-request-id') ?? ''
  context.set('requestId', REQUEST_ID.test(given) ? given : randomUUID())
  await next()
  context.header('x-request-id', context.get('requestId'))
}

/** Where no token protects us the name must be ours. What verifies itself may come by any name. */
export const hostGuard =
  ({ loopback, tokensRequired, hosts }: GuardSettings): Guard =>
  async (context, next) => {
    const host = context.req.header('host')
    if (loopback && !tokensRequired && !isOpenPath(context.req.path) && !isOwnHost(host, hosts))
      throw new RequestFault(403, [
        `this server is not "${(host ?? '').slice(0, 200)}": address it as localhost, or add the name to gateway.hosts`,
      ])
    await next()
  }

/** A page of another origin may neither read nor send anything, not even requests that browsers send without asking first. */
export const originGuard =
  ({ origins }: GuardSettings): Guard =>
  async (context, next) => {
    const origin = context.req.header('origin')
    const isSame = origin !== undefined && URL.parse(origin)?.host === context.req.header('host')
    if (origin !== undefined && !isSame && !origins.includes(origin))
      throw new RequestFault(403, [`pages of ${origin.slice(0, 200)} may not ask here: add the origin to gateway.origins`])
    if (origin === undefined && context.req.method !== 'GET' && context.req.header('sec-fetch-site') === 'cross-site')
      throw new RequestFault(403, ['pages of other sites may not send anything here'])
    await next()
  }

/** Finds out who asks. Without a token only the person at this machine may, on loopback. */
export const callerGuard =
  ({ loopback, tokensRequired, localName, verify }: GuardSettings): Guard =>
  async (context, next) => {
    const header = context.req.header('authorization')
    const token = header === undefined ? getCookie(context, TOKEN_COOKIE) : (/^bearer +(\S+)$/i.exec(header.trim())?.[1] ?? '')
    const isOpen = isOpenPath(context.req.path)
    if (token !== undefined && !isOpen) {
      const caller = verify(token)
      if (!caller) throw new RequestFault(401, ['the token is wrong or was revoked: cortex token create makes one'])
      context.set('caller', caller)
    } else if (!isOpen) {
      if (!loopback || tokensRequired) throw new RequestFault(401, ['a token is needed: send it as "Authorization: Bearer <token>"'])
      context.set('caller', { name: localName, scopes: Scopes, isLocal: true })
    }
    await next()
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
