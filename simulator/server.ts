import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { ZodError, z } from 'zod'
import { controlRoutes, type Network } from './control-routes.ts'
import { isAsset, sendAsset, sendDocument } from './documents.ts'
import { type Call, RequestError, type Routes, sendJson } from './messages.ts'
import { pageRoutes } from './page-routes.ts'
import type { World } from './world.ts'

/** The HTTP side: routes, slowness, and a network that can fail. */

export interface PageServer extends Network, AsyncDisposable {
  readonly port: number
}

/** @throws Error when the port is taken. */
export const startServer = async (world: World, host: string, port: number, log: (line: string) => void): Promise<PageServer> => {
  const dropConnections = (): void => server.closeAllConnections()
  const noWayBack = (problem: unknown): void => log(`the stand-in could not come back to its port: ${problem}`)
  const routes: Routes = { ...pageRoutes, ...controlRoutes({ dropConnections, goDown: (ms) => goDown(ms).catch(noWayBack) }) }
  const server = createServer((request, response) => {
    answerRequest({ request, response, url: new URL(request.url ?? '/', 'http://stand-in'), world }, routes).catch((problem) =>
      sendProblem({ request, response, world }, problem, log),
    )
  })
  const bound = await listen(server, host, port)
  const ended = new AbortController()
  const goDown = async (ms: number): Promise<void> => {
    await close(server)
    await delay(ms, undefined, { signal: ended.signal }).catch(() => undefined)
    if (!ended.signal.aborted) await listen(server, host, bound)
  }
  return {
    port: bound,
    dropConnections,
    goDown,
    [Symbol.asyncDispose]: async () => {
      ended.abort()
      await close(server)
    },
  }
}

const listen = async (server: Server, host: string, port: number): Promise<number> => {
  server.listen(port, host)
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the stand-in page has no port')
  return address.port
}

const close = async (server: Server): Promise<void> => {
  if (!server.listening) return
  const closed = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await closed
}

const answerRequest = async (call: Call, routes: Routes): Promise<void> => {
  const { url, request, world } = call
  const { requestMs, assetMs } = world.state.mode.slow
  const slowMs = url.pathname.startsWith('/simulator/') ? 0 : isAsset(url) ? assetMs : requestMs
  if (slowMs > 0) await delay(slowMs)
  const route = routes[`${request.method} ${url.pathname}`]
  if (route) return route(call)
  if (isAsset(url)) return sendAsset(call)
  if (request.method !== 'GET') throw new RequestError(404, `the stand-in has no ${request.method} ${url.pathname}`)
  await sendDocument(call)
}

interface Answerable {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly world: World
}

const sendProblem = ({ request, response, world }: Answerable, problem: unknown, log: (line: string) => void): void => {
  const isWrong = problem instanceof ZodError || problem instanceof SyntaxError
  const status = problem instanceof RequestError ? problem.status : isWrong ? 400 : 500
  const message = problem instanceof ZodError ? z.prettifyError(problem) : String(problem)
  if (status >= 500) log(`${request.method} ${request.url} failed: ${message}`)
  if (response.headersSent) response.destroy()
  else sendJson({ request, response, world, url: new URL('http://stand-in') }, { error: message }, status)
}
