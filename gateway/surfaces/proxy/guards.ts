import { createHash, timingSafeEqual } from 'node:crypto'
import type { MiddlewareHandler } from 'hono'
import { cors } from 'hono/cors'
import { isOwnHost } from '../../http/own-host.ts'
import { BODY_LIMIT, tooLong } from './body.ts'
import { ProxyFault } from './fault.ts'
import type { ProxySettings } from './settings.ts'

/** Where no token protects us, and on loopback, the name must be ours. */
export const hostGuard = ({ token, loopback, hosts }: ProxySettings): MiddlewareHandler => {
  return async (context, next) => {
    const host = context.req.header('host')
    if ((loopback || !token) && !isOwnHost(host, hosts))
      throw forbidden(`This server is not "${host ?? ''}". Address it as localhost, or add the name to the configured hosts.`)
    await next()
  }
}

/** A page of another origin may neither read nor send anything, not even requests that browsers send without asking first. */
export const originGuard = ({ origins }: ProxySettings): MiddlewareHandler => {
  return async (context, next) => {
    const origin = context.req.header('origin')
    if (origin !== undefined && !origins.includes(origin))
      throw forbidden(`Pages of ${origin} may not ask here. Add the origin to the configured ones.`)
    if (origin === undefined && context.req.method !== 'GET' && context.req.header('sec-fetch-site') === 'cross-site')
      throw forbidden('Pages of other sites may not send anything here.')
    await next()
  }
}

const forbidden = (message: string): ProxyFault => new ProxyFault({ status: 403, code: 'FORBIDDEN', message })

export const crossOrigin = ({ origins }: ProxySettings): MiddlewareHandler =>
  cors({ origin: [...origins], exposeHeaders: ['retry-after', 'x-should-retry'], maxAge: 600 })

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** Compares in constant time. Without a token any key will do: clients always send some. */
export const tokenGuard = ({ token }: ProxySettings): MiddlewareHandler => {
  const wanted = token ? digest(token) : undefined
  return async (context, next) => {
    const given = /^bearer +(.*)$/i.exec(context.req.header('authorization') ?? '')?.[1] ?? ''
    if (wanted && context.req.path !== '/health' && !timingSafeEqual(digest(given.trim()), wanted))
      throw new ProxyFault({
        status: 401,
        code: 'UNAUTHORIZED',
        openaiCode: 'invalid_api_key',
        message: 'The token is missing or wrong. Send the configured one as "Authorization: Bearer <token>".',
      })
    await next()
  }
}

/** A body that says itself that it is too long is not read at all; one that does not say is counted by `readBody`. */
export const sizeGuard = ({ bodyLimit }: ProxySettings): MiddlewareHandler => {
  return async (context, next) => {
    if (Number(context.req.header('content-length') ?? '0') > bodyLimit) throw tooLong(bodyLimit)
    context.set(BODY_LIMIT, bodyLimit)
    await next()
  }
}
