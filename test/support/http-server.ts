import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

export interface Received {
  url: string
  headers: IncomingMessage['headers']
  body: string
}

/** A server on loopback that keeps what it received; disposing cuts every connection. */
export async function httpServer(answer: (request: Received, response: ServerResponse) => void) {
  const requests: Received[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const received = { url: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString('utf8') }
    requests.push(received)
    answer(received, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  async function close(): Promise<void> {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
  return { url: `http://127.0.0.1:${address.port}`, requests, [Symbol.asyncDispose]: close }
}
