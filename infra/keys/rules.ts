import type { IncomingHttpHeaders } from 'node:http'

/** What a stand-in is good for while it is lent. */
export interface Lending {
  /** The key in whose place it stands. */
  key: string
  /** Base URL of the server for which the key is. */
  server: string
}

/** Where clients of model servers show a key: on its own, or behind the word Bearer. */
const shownIn = ['x-api-key', 'authorization'] as const

/** They speak of one connection, not of the request; the server's name is the target's. */
const ofTheConnection = ['connection', 'keep-alive', 'proxy-connection', 'proxy-authorization', 'te', 'trailer', 'upgrade', 'host']

/** TRACE would show the key to whoever asked; what else a client of a model needs is among these. */
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']

export interface Request {
  method?: string | undefined
  /** A path, or a whole URL as a proxy is asked. */
  url?: string | undefined
  headers: IncomingHttpHeaders
}
export interface Forwarded {
  lending: Lending
  target: URL
  headers: IncomingHttpHeaders
}
export interface Refusal {
  status: 401 | 404 | 405 | 426
  reason: string
}

/**
 * What is asked of the key's server in place of what was asked with the stand-in, or why nothing is: every key shown must be a
 * stand-in that is lent, and the path one below its server's. Pure.
 */
export function forwarded<Known extends Lending>(
  { method, url, headers }: Request,
  lent: ReadonlyMap<string, Known>,
): (Forwarded & { lending: Known }) | Refusal {
  const shown = shownIn.flatMap((name) => {
    const value = headers[name]?.toString() ?? ''
    const standIn = value.slice(value.lastIndexOf(' ') + 1)
    return value === '' ? [] : [{ name, lending: lent.get(standIn), before: value.slice(0, -standIn.length) }]
  })
  const lending = shown[0]?.lending
  if (!lending || shown.some((each) => each.lending?.server !== lending.server))
    return {
      status: 401,
      reason: 'no key of a run that is at work: a stand-in is worth nothing after its run, and a key of another nothing here',
    }
  if (!methods.includes(method ?? '')) return { status: 405, reason: `${method} is not handed on` }
  if (headers['sec-websocket-key'] !== undefined) return { status: 426, reason: 'no web sockets here: ask over HTTP' }
  const target = targetOf(url, lending.server)
  if (!target) return { status: 404, reason: `the key is for what lies below ${new URL(lending.server).pathname} alone` }
  const real = shown.map(({ name, lending: each, before }) => [name, `${before}${each?.key}`])
  return { lending, target, headers: { ...withoutConnection(headers), ...Object.fromEntries(real) } }
}

/** The URL asked, on the server; null for a path that is not below the server's own. Pure. */
function targetOf(url: string | undefined, server: string): URL | null {
  const base = new URL(server)
  const asked = URL.parse(url ?? '', base)
  const below = `${base.pathname.replace(/\/$/, '')}/`
  if (!asked || !`${asked.pathname}/`.startsWith(below)) return null
  return Object.assign(base, { pathname: asked.pathname, search: asked.search })
}

/** The headers without those that speak of one connection. Pure. */
export function withoutConnection(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !ofTheConnection.includes(name)))
}
