import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { Hono } from 'hono'
import { serveApp } from '../../../gateway/http/serve.ts'

const patience = { headersMs: 100, requestMs: 200, idleMs: 100, lookMs: 20 }

const served = async () => {
  const app = new Hono()
  app.get('/slow', async (context) => {
    await new Promise((resolve) => setTimeout(resolve, 600))
    return context.text('thought for long')
  })
  app.post('/echo', async (context) => context.text(await context.req.text()))
  const { url, stop } = await serveApp({ app, host: '127.0.0.1', port: 0, patience })
  const open = async (bytes: string): Promise<Socket> => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    await once(socket, 'connect')
    socket.write(bytes)
    return socket
  }
  return { open, [Symbol.asyncDispose]: stop }
}

test('who opens a connection and does not say what for is sent away', async () => {
  await using server = await served()
  assert.match(await text(await server.open('')), /^(?:HTTP\/1\.1 408 |$)/)
  assert.match(await text(await server.open('GET /slow HTTP/1.1\r\nHost: loc')), /^HTTP\/1\.1 408 /)
})

test('who does not send what was promised is sent away', async () => {
  await using server = await served()
  assert.match(await text(await server.open('POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{')), /^HTTP\/1\.1 408 /)
})

test('an answer may take longer than any clock, and the connection ends when nothing more is asked on it', async () => {
  await using server = await served()
  const said = await text(await server.open('GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n'))
  assert.match(said, /^HTTP\/1\.1 200 /)
  assert.match(said, /thought for long/)
})

test('an address or a host that makes no URL is refused in words, under an id', async () => {
  await using server = await served()
  for (const head of [
    'GET / HTTP/1.1\r\nHost: a b',
    'GET /\\evil HTTP/1.1\r\nHost: localhost',
    'GET http:// HTTP/1.1\r\nHost: localhost',
  ]) {
    const said = await text(await server.open(`${head}\r\nConnection: close\r\n\r\n`))
    assert.match(said, /^HTTP\/1\.1 400 .*x-request-id: [0-9a-f-]{36}.*"error":"the address or the host is wrong/is, head)
  }
})
