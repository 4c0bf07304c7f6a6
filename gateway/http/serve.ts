import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type ServerOptions } from 'node:http'
import { getRequestListener, RequestError } from '@hono/node-server'
import type { Hono } from 'hono'
import { RequestFault } from '../../bus/define-service.ts'
import { faultOf } from './request-faults.ts'

export interface ServedApp {
  readonly url: string
  /** Takes no more connections and cuts the open ones. */
  stop(): Promise<void>
}

/** How long a client may take for its part, in milliseconds. */
export interface Patience {
  /** Until the headers of a request are there, and until all of it is. */
  readonly headersMs: number
  readonly requestMs: number
  /** Between two requests on one connection. */
  readonly idleMs: number
  /** How often connections are looked at. */
  readonly lookMs: number
}

/** Long enough for the slowest line; who says nothing must not keep a place for nothing. */
const patience: Patience = { headersMs: 60_000, requestMs: 300_000, idleMs: 75_000, lookMs: 15_000 }

/** Connections at a time: far more than listeners, and fewer than a process may have open files. */
const MOST_CONNECTIONS = 8000

/** Clocks run for what a client sends only: an answer may take as long as a model thinks. */
const optionsFor = ({ headersMs, requestMs, idleMs, lookMs }: Patience): ServerOptions => ({
  headersTimeout: headersMs,
  requestTimeout: requestMs,
  keepAliveTimeout: idleMs,
  connectionsCheckingInterval: lookMs,
  maxHeaderSize: 64 * 1024,
})

interface Serving {
  readonly app: Pick<Hono, 'fetch'>
  readonly host: string
  readonly port: number
  readonly patience?: Patience
}

/** Answers where no app could: an address and a host that make no URL, or a failure beyond the app's own answers. */
const noAnswer = (error: unknown): Response => {
  const isTheirs = error instanceof RequestError
  const { code, faults } = isTheirs ? new RequestFault(400, [`the address or the host is wrong: ${error.message}`]) : faultOf(error)
  const request_id = randomUUID()
  return Response.json({ error: faults.join('; '), faults, request_id }, { status: code, headers: { 'x-request-id': request_id } })
}

/** Listens; port 0 takes any free one. Throws when the port is taken. */
export const serveApp = async ({ app, host, port, patience: given = patience }: Serving): Promise<ServedApp> => {
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false, errorHandler: noAnswer })
  const server = createServer(optionsFor(given), listener)
  server.setTimeout(0)
  server.maxConnections = MOST_CONNECTIONS
  server.listen(port, host)
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port')
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address
  return {
    url: `http://${name}:${address.port}`,
    stop: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
