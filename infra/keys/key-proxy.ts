import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { createServer, Agent as HttpAgent, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls'
import type { Environment } from '../config/environment.ts'
import { forwarded, type Lending, type Refusal, unanswered, withoutConnection } from './rules.ts'

/** The name by which runs ask; the sandbox's proxy alone knows where it leads. */
export const keyHost = 'keys.cortex.invalid'

/** How the folder of the socket begins, and what the socket is called in it. */
export const keyFolder = { prefix: 'cortex-keys-', socket: 'socket' }

export interface Loan {
  /** Real keys by the variables in which the agent looks for them. */
  keys: Readonly<Record<string, string>>
  /** Base URL of the server for which they are; asked of no other. */
  server: string
  /** Proxies and certificates by which it is reached: HTTPS_PROXY, NODE_EXTRA_CA_CERTS and the like. */
  env: Environment
}

/** Disposing ends what it asks at that moment, and its worth. */
export interface Lent extends Disposable {
  /** A stand-in for each key, by the same variables. */
  standIns: Record<string, string>
  /** The base URL by which the agent asks with them in place of its server. */
  url: string
}

export interface KeyProxy extends AsyncDisposable {
  /** Path of the socket at which it listens: a proxy for HTTP. */
  socket: string
  lend(loan: Loan): Lent
}

type Open = Lending & { agent: HttpAgent; signal: AbortSignal }

/**
 * Puts keys in outside of the sandbox: what is asked with a stand-in goes to the key's server with the key, and what that answers
 * comes back as it is, part by part. It listens at a socket in a folder of its own, which nobody else may enter.
 *
 * @param temporary where that folder is made. Throws the system's error where a socket cannot be: EINVAL for a path that is too long.
 */
export async function openKeyProxy(temporary: string = tmpdir()): Promise<KeyProxy> {
  await using stack = new AsyncDisposableStack()
  const remove = (place: string) => rm(place, { recursive: true, force: true })
  const folder = stack.adopt(await mkdtemp(path.join(await realpath(temporary), keyFolder.prefix)), remove)
  const socket = path.join(folder, keyFolder.socket)
  const lent = new Map<string, Open>()
  const server = createServer({ requestTimeout: 0 }, (request, response) => {
    const found = forwarded(request, lent)
    if ('status' in found) return refuse(response, found)
    handOn(request, response, found).catch(() => response.destroy()) // one side is gone: the other hears of it
  })
  // Clients that want a tunnel, as codex for its web socket, find the same behind it.
  server.on('connect', (_request, tunnel, head) => {
    tunnel.write('HTTP/1.1 200 Connection Established\r\n\r\n')
    if (head.length > 0) tunnel.unshift(head)
    server.emit('connection', tunnel)
  })
  server.listen(socket)
  await once(server, 'listening')
  stack.defer(() => {
    server.close()
    server.closeAllConnections()
  })
  const all = stack.move()
  return { socket, lend: (loan) => lend(lent, loan), [Symbol.asyncDispose]: () => all.disposeAsync() }
}

function lend(lent: Map<string, Open>, { keys, server, env }: Loan): Lent {
  const { protocol, pathname } = new URL(server)
  const agent = protocol === 'https:' ? new HttpsAgent({ proxyEnv: env, secureContext: trusting(env) }) : new HttpAgent({ proxyEnv: env })
  const ending = new AbortController()
  const standIns = Object.fromEntries(Object.keys(keys).map((name) => [name, `cortex-stand-in-${randomBytes(24).toString('base64url')}`]))
  for (const [name, standIn] of Object.entries(standIns)) lent.set(standIn, { key: keys[name] ?? '', server, agent, signal: ending.signal })
  return {
    standIns,
    url: `http://${keyHost}${pathname.replace(/\/$/, '')}`,
    [Symbol.dispose]: () => {
      for (const standIn of Object.values(standIns)) lent.delete(standIn)
      ending.abort()
      agent.destroy()
    },
  }
}

/** Made once for what the same files hold: it takes a good part of a second. */
const known = new Map<string, SecureContext>()

/** Whom an agent would trust: Node's authorities, the machine's, and those of the files that variables name. */
function trusting({ NODE_EXTRA_CA_CERTS, SSL_CERT_FILE }: Environment): SecureContext {
  const named = [NODE_EXTRA_CA_CERTS, SSL_CERT_FILE].flatMap((file) => (file ? readable(file) : []))
  const id = named.join('\0')
  const context =
    known.get(id) ?? createSecureContext({ ca: [...new Set([...getCACertificates('default'), ...getCACertificates('system'), ...named])] })
  known.set(id, context)
  return context
}

/** What the file holds; nothing where it cannot be read, as Node has it: who needs it hears that the server is not trusted. */
function readable(file: string): string[] {
  try {
    return [readFileSync(file, 'latin1')]
  } catch {
    return []
  }
}

async function handOn(
  request: IncomingMessage,
  response: ServerResponse,
  { target, headers, lending }: { target: URL; headers: IncomingMessage['headers']; lending: Open },
): Promise<void> {
  const { agent, signal } = lending
  const ask = target.protocol === 'https:' ? httpsRequest : httpRequest
  const asking = ask(target, { method: request.method, headers, agent, signal })
  const coming = new Promise<IncomingMessage | Error>((resolve) => {
    asking.on('response', resolve)
    asking.on('error', resolve)
  })
  response.on('close', () => asking.destroy())
  request.pipe(asking)
  const answer = await coming
  if (answer instanceof Error) return refuse(response, unanswered(target.host, answer))
  response.writeHead(answer.statusCode ?? 502, answer.statusMessage, withoutConnection(answer.headers))
  response.flushHeaders()
  await pipeline(answer, response)
}

function refuse(response: ServerResponse, { status, reason }: Refusal): void {
  const error = { type: 'error', error: { type: 'cortex_key_proxy', message: `Cortex: ${reason}` } }
  response.writeHead(status, { 'content-type': 'application/json', connection: 'close' }).end(JSON.stringify(error))
}
