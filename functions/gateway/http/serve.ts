import { once } from 'node:events'
import type { ServerOptions } from 'node:http'
import { createAdaptorServer } from '@hono/node-server'
import type { Hono } from 'hono'

export interface ServedApp {
  readonly url: string
  /** Takes no more connections and cuts the open ones. */
  stop(): Promise<void>
}

/** A model may think for as long as it likes: no clock of the server's own ends a connection. */
const patient: ServerOptions = {
  requestTimeout: 0,
  headersTimeout: 0,
  keepAliveTimeout: 0,
  connectionsCheckingInterval: 60_000,
  maxHeaderSize: 64 * 1024,
}

/** Listens; port 0 takes any free one. Throws when the port is taken. */
export const serveApp = async ({ app, host, port }: { app: Pick<Hono, 'fetch'>; host: string; port: number }): Promise<ServedApp> => {
  const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false, serverOptions: patient })
  if (!('closeAllConnections' in server)) throw new Error('the server must be one of HTTP/1.1')
  server.setTimeout(0)
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
