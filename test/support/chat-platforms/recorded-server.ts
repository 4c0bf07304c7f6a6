import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { PATIENCE_MS } from '../patience.ts'

/** A call that came in. */
export interface Recorded {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  /** JSON or a form, as an object. */
  readonly body: Record<string, unknown>
}

/** What a call is answered with. */
export interface Reply {
  readonly status?: number
  readonly headers?: Record<string, string>
  readonly body: unknown
}

export interface RecordedServer extends AsyncDisposable {
  readonly url: string
  readonly calls: Recorded[]
  /** Waits for a call that fits, one that came already included; the error tells what came. */
  until(fits: (call: Recorded) => boolean, what: string, withinMs?: number): Promise<Recorded>
}

/** A server on loopback that keeps what it is asked. */
export const recordedServer = async (answer: (call: Recorded) => Reply | Promise<Reply>): Promise<RecordedServer> => {
  const calls: Recorded[] = []
  const listeners = new Set<() => void>()
  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(Buffer.from(chunk))
    const call = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      body: parsed(Buffer.concat(chunks).toString()),
    }
    calls.push(call)
    for (const listener of listeners) listener()
    const { status = 200, headers = {}, body } = await answer(call)
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
  }
  const server = createServer((request, response) => {
    respond(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const until: RecordedServer['until'] = async (fits, what, withinMs = PATIENCE_MS) => {
    const waited = Promise.withResolvers<Recorded>()
    const look = (): void => {
      const found = calls.find(fits)
      if (found) waited.resolve(found)
    }
    const timer = setTimeout(
      () =>
        waited.reject(
          new Error(
            `no ${what} within ${withinMs} ms; there was:\n${calls.map((call) => `${call.path} ${JSON.stringify(call.body).slice(0, 400)}`).join('\n')}`,
          ),
        ),
      withinMs,
    )
    listeners.add(look)
    look()
    try {
      return await waited.promise
    } finally {
      clearTimeout(timer)
      listeners.delete(look)
    }
  }
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    until,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const parsed = (text: string): Record<string, unknown> => {
  if (text === '') return {}
  if (/^[[{]/.test(text)) return JSON.parse(text)
  return Object.fromEntries([...new URLSearchParams(text)].map(([key, value]) => [key, /^[[{]/.test(value) ? JSON.parse(value) : value]))
}
