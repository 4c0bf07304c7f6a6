import { randomUUID } from 'node:crypto'
import type { MiddlewareHandler } from 'hono'
import { getCookie } from 'hono/cookie'
import { RequestFault } from '../../bus/define-service.ts'
import type { GatewayContext, GatewayEnv, HttpCaller } from './gateway-app.ts'
import { isOwnHost } from './own-host.ts'
import { endWhenRevoked } from './revocation.ts'
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
  /** How often the token of an answer that goes on is looked at again, in milliseconds; default 5 s. */
  readonly lookMs?: number
}

type Guard = MiddlewareHandler<GatewayEnv>

/** Under this cookie the page keeps the token that a person gave it. */
export const TOKEN_COOKIE = 'cortex_token'

/** Paths that verify by themselves, or that show nothing. */
const openPaths = /^\/(?:health$|login$|logout$|(?:hooks|chat|assets)\/)/

export const isOpenPath = (path: string): boolean => openPaths.test(path)

const REQUEST_ID = /^[A-Za-z0-9_-]{1,64}$/

/** Every answer and every log line of a request has its id; a caller's own is kept when it is one. */
export const requestId = (): Guard => async (context, next) => {
  const given = context.req.header('x-request-id') ?? ''
  context.set('requestId', REQUEST_ID.test(given) ? given : randomUUID())
  await next()
  context.header('x-request-id', context.get('requestId'))
}

/** What is for one caller alone stays in no cache, unless a route says otherwise, and is taken for nothing else than it says it is. */
export const privacyGuard = (): Guard => async (context, next) => {
  await next()
  if (!context.res.headers.has('cache-control')) context.header('cache-control', 'no-store')
  context.header('x-content-type-options', 'nosniff')
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

/** Finds out who asks. Without a token only the person at this machine may, on loopback. An open path refuses nobody. */
export const callerGuard =
  (settings: GuardSettings): Guard =>
  async (context, next) => {
    const header = context.req.header('authorization')
    const token = header === undefined ? getCookie(context, TOKEN_COOKIE) : (/^bearer +(\S+)$/i.exec(header.trim())?.[1] ?? '')
    const caller = token === undefined ? localCaller(settings, context) : settings.verify(token)
    if (!caller && !isOpenPath(context.req.path)) {
      const why = token === undefined ? 'a token is needed: send it as "Authorization: Bearer <token>"' : WRONG_TOKEN
      throw new RequestFault(401, [why])
    }
    context.set('caller', caller)
    await next()
    if (token !== undefined) endWhenRevoked(context, () => settings.verify(token) !== undefined, settings.lookMs)
  }

const WRONG_TOKEN = 'the token is wrong or was revoked: cortex token create makes one'

/** What reverse proxies say of those they speak for, who are not at this machine. */
const forwarding = ['forwarded', 'x-forwarded-for', 'x-real-ip']

const localCaller = ({ loopback, tokensRequired, hosts, localName }: GuardSettings, { req }: GatewayContext): HttpCaller | undefined => {
  const isHere = loopback && isOwnHost(req.header('host'), hosts) && !forwarding.some((name) => req.header(name) !== undefined)
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

/** A body that says itself that it is too long is not read; one that does not say is read up to the limit before anybody acts on it. */
export const sizeGuard =
  (limit: number): Guard =>
  async (context, next) => {
    const { raw } = context.req
    const length = context.req.header('content-length')
    if (Number(length ?? '0') > limit) throw tooLong(limit)
    if (length === undefined && context.req.header('transfer-encoding') !== undefined && raw.body) {
      const body = await readUpTo(raw.body, limit)
      context.req.raw = new Request(raw.url, { method: raw.method, headers: raw.headers, body, signal: raw.signal })
    }
    await next()
  }

const tooLong = (limit: number): RequestFault => new RequestFault(413, [`a body may have ${limit} bytes at most`])

const readUpTo = async (body: ReadableStream<Uint8Array>, limit: number): Promise<Buffer<ArrayBuffer>> => {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of body) {
    length += chunk.byteLength
    if (length > limit) throw tooLong(limit)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
