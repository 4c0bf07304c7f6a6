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
  status: 400 | 401 | 404 | 405 | 426 | 502
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
    const standIn = /^(?:bearer +)?(\S+)$/i.exec(value)?.[1] ?? ''
    return value === '' ? [] : [{ name, lending: lent.get(standIn), before: value.slice(0, -standIn.length) }]
  })
  const lending = shown[0]?.lending
  if (!lending || shown.some((each) => each.lending?.server !== lending.server))
    return {
      status: 401,
      reason: 'no key of a run that is at work: a stand-in is worth nothing after its run, and a key of another nothing here',
    }
  if (!methods.includes(method ?? '')) return { status: 405, reason: `${method} is not handed on` }
  if (shown.some((each) => !isShowable(each.lending?.key ?? '')))
    return { status: 400, reason: 'the key holds a sign that no header may, such as a line break at its end: set its variable anew' }
  if (headers['sec-websocket-key'] !== undefined) return { status: 426, reason: 'no web sockets here: ask over HTTP' }
  const target = targetOf(url, lending.server)
  if (!target)
    return { status: 404, reason: `the key is for what lies below ${new URL(lending.server).pathname} alone, without .., %2f and %5c` }
  const real = shown.map(({ name, lending: each, before }) => [name, `${before}${each?.key}`])
  return { lending, target, headers: { ...withoutConnection(headers), ...Object.fromEntries(real) } }
}

/** Whether a key can be shown to a server: a header holds no line breaks, and nothing beyond Latin-1. Pure. */
export const isShowable = (key: string): boolean => /^[\x21-\x7e\x80-\xff](?:[\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?$/.test(key)

/** How a server says that it speaks another protocol than we do: asked again it says so again. */
const otherProtocol =
  /WRONG_VERSION_NUMBER|UNSUPPORTED_PROTOCOL|PROTOCOL_VERSION|NO_PROTOCOLS_AVAILABLE|HANDSHAKE_FAILURE|UNRECOGNIZED_NAME|NO_(?:SHARED_)?CIPHER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST/

/** What a server may take for a way up: a slash that is hidden, and a step that is not plainly a name. */
const wayUp = /%2f|%5c|\/(?:\.|%2e){2}/i

/**
 * The URL asked, on the server; null for a path that is not below the server's own. It is the target's path that is looked at:
 * schemes differ in what they read as a slash. Pure.
 */
function targetOf(url: string | undefined, server: string): URL | null {
  const base = new URL(server)
  const asked = URL.parse(url ?? '', base)
  if (!asked || !['http:', 'https:'].includes(asked.protocol)) return null
  const target = Object.assign(new URL(base), { pathname: asked.pathname, search: asked.search })
  const own = base.pathname.replace(/\/$/, '')
  if (own === '') return target
  return `${target.pathname}/`.startsWith(`${own}/`) && !wayUp.test(target.pathname.slice(own.length)) ? target : null
}

/** What is answered where the server did not: a certificate or another protocol is a person's to mend, and codex asks again after all but 400. Pure. */
export function unanswered(host: string, { code = '', message }: NodeJS.ErrnoException): Refusal {
  const words = [code, message].filter((each) => each !== '').join(': ')
  if (/^(?:ERR_SSL_|EPROTO)/.test(code) && otherProtocol.test(words.toUpperCase().replaceAll(' ', '_')))
    return {
      status: 400,
      reason: `${host} speaks another TLS than this machine, or none (${words}): mend the address, or the server's TLS`,
    }
  if (!/CERT|SELF_SIGNED|^UNABLE_TO_VERIFY|^INVALID_(?:CA|PURPOSE)$/.test(code))
    return { status: 502, reason: `${host} cannot be reached (${words})` }
  const advice = 'name the file of its authority in NODE_EXTRA_CA_CERTS or SSL_CERT_FILE where Cortex is started'
  return { status: 400, reason: `the certificate of ${host} is not trusted (${words}): have it mended, or ${advice}` }
}

/** The headers without those that speak of one connection. Pure. */
export function withoutConnection(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !ofTheConnection.includes(name)))
}
