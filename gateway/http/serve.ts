import { once } from 'node:events'
import type { ServerOptions } from 'node:http'
import { createAdaptorServer } from '@hono/node-server'
import type { Hono } from 'hono'

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

/** Listens; port 0 takes any free one. Throws when the port is taken. */
export const serveApp = async ({ app, host, port, patience: given = patience }: Serving): Promise<ServedApp> => {
  const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false, serverOptions: optionsFor(given) })
  if (!('closeAllConnections' in server)) throw new Error('the server must be one of HTTP/1.1')
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
