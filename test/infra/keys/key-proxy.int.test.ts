import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, statSync } from 'node:fs'
import { copyFile, mkdir, readdir, readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type RequestListener, request } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { createConnection } from 'node:net'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import { keyHost, openKeyProxy } from '../../../infra/keys/key-proxy.ts'
import { makeCertificate, unlessCertificates } from '../../support/certificate.ts'
import { temporaryFolder } from '../../support/temporary.ts'

/** A server of a model on loopback, and the key proxy with a stand-in for its key. */
async function given(t: TestContext, answer: RequestListener) {
  const asked: IncomingMessage[] = []
  const server = createServer((incoming, response) => {
    asked.push(incoming)
    answer(incoming, response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  assert.ok(typeof address === 'object' && address)
  const proxy = await openKeyProxy()
  const lent = proxy.lend({ keys: { A_KEY: 'the-real-key' }, server: `http://127.0.0.1:${address.port}/base`, env: {} })
  t.after(async () => {
    await proxy[Symbol.asyncDispose]()
    server.closeAllConnections()
    server.close()
  })
  const ask = async (key: string | undefined, body = 'hello'): Promise<IncomingMessage> => {
    const asking = request({
      socketPath: proxy.socket,
      method: 'POST',
      path: `${lent.url}/v1/messages`,
      headers: key ? { 'x-api-key': key } : {},
    })
    asking.end(body)
    return (await once(asking, 'response'))[0]
  }
  return { proxy, lent, ask, asked, standIn: lent.standIns['A_KEY'] ?? '', port: address.port }
}

const textOf = async (answer: IncomingMessage): Promise<string> => (await answer.setEncoding('utf8').toArray()).join('')

test('an answer comes part by part, as the server sends it, to the one with the stand-in', async (t) => {
  let goOn = (): void => undefined
  const { ask, asked, standIn, port } = await given(t, (_incoming, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: one\n\n')
    goOn = () => response.end('data: two\n\n')
  })
  const answer = await ask(standIn)
  assert.equal(answer.headers['content-type'], 'text/event-stream')
  const [first] = await once(answer.setEncoding('utf8'), 'data')
  assert.equal(first, 'data: one\n\n')
  goOn()
  assert.equal(await textOf(answer), 'data: two\n\n')
  assert.deepEqual(
    [asked[0]?.url, asked[0]?.headers['x-api-key'], asked[0]?.headers.host],
    ['/base/v1/messages', 'the-real-key', `127.0.0.1:${port}`],
  )
})

test('what the server refuses comes back as it is; a server that is not there is 502', async (t) => {
  let status = 0
  const { ask, proxy, standIn } = await given(t, (_incoming, response) => {
    response.writeHead(status, { 'retry-after': '7' }).end(`refused with ${status}`)
  })
  for (status of [401, 429, 500, 529]) {
    const answer = await ask(standIn)
    assert.deepEqual([answer.statusCode, answer.headers['retry-after'], await textOf(answer)], [status, '7', `refused with ${status}`])
  }
  using nowhere = proxy.lend({ keys: { B: 'b' }, server: 'http://127.0.0.1:1/base', env: {} })
  const unreached = await ask(nowhere.standIns['B'])
  assert.equal(unreached.statusCode, 502)
  assert.match(await textOf(unreached), /127\.0\.0\.1:1 cannot be reached \(ECONNREFUSED: /)
})

test('without a stand-in that is lent nothing is asked, and who ends its loan ends what it asks', async (t) => {
  const { ask, asked, lent, standIn } = await given(t, (_incoming, response) => response.writeHead(200).write('begun'))
  assert.equal((await ask(undefined)).statusCode, 401)
  assert.equal((await ask('the-real-key')).statusCode, 401)
  assert.equal(asked.length, 0)
  const answer = await ask(standIn)
  const ended = assert.rejects(textOf(answer))
  lent[Symbol.dispose]()
  await ended
  const late = await ask(standIn)
  assert.equal(late.statusCode, 401)
  assert.match(await textOf(late), /worth nothing after its run/)
  assert.equal(asked.length, 1)
})

test('a key is shown to a server whose certificate is trusted, by the machine or a file that a variable names, and to no other', {
  skip: unlessCertificates,
}, async (t) => {
  const { proxy, ask } = await given(t, (_incoming, response) => response.end())
  await using folder = await temporaryFolder()
  const { key, cert } = makeCertificate(folder.path, 'server')
  const shown: unknown[] = []
  const server = createTlsServer({ key: await readFile(key), cert: await readFile(cert) }, (incoming, response) => {
    shown.push(incoming.headers['x-api-key'])
    response.end('well')
  }).listen(0, 'localhost')
  t.after(() => server.close())
  await once(server, 'listening')
  const address = server.address()
  assert.ok(typeof address === 'object' && address)
  const loan = { keys: { A_KEY: 'the-real-key' }, server: `https://localhost:${address.port}/base` }
  using strange = proxy.lend({ ...loan, env: {} })
  const refused = await ask(strange.standIns['A_KEY'])
  assert.equal(refused.statusCode, 400, 'asking again changes nothing')
  assert.match(await textOf(refused), /certificate of localhost:\d+ is not trusted \(DEPTH_ZERO_SELF_SIGNED_CERT: .* NODE_EXTRA_CA_CERTS/)
  const renewed = path.join(folder.path, 'renewed.pem')
  await copyFile(makeCertificate(folder.path, 'another').cert, renewed)
  const env = { NODE_EXTRA_CA_CERTS: renewed, SSL_CERT_FILE: folder.path }
  using early = proxy.lend({ ...loan, env })
  assert.equal((await ask(early.standIns['A_KEY'])).statusCode, 400)
  assert.deepEqual(shown, [])
  await copyFile(cert, renewed)
  using trusted = proxy.lend({ ...loan, env })
  assert.equal(await textOf(await ask(trusted.standIns['A_KEY'])), 'well')
  assert.deepEqual(shown, ['the-real-key'])
})

test('nothing but what lies below the path of the server is asked with the key, however it is written, in a tunnel too', async (t) => {
  const { proxy, asked, standIn } = await given(t, (_incoming, response) => response.end())
  for (const target of ['foo://k/base/..\\..\\admin/keys', '/base/..%2fadmin', '/base/..;/admin']) {
    const tunnelled = request({ socketPath: proxy.socket, method: 'CONNECT', path: `${keyHost}:80` }).end()
    const [, tunnel] = await once(tunnelled, 'connect')
    for (const socket of [tunnel, createConnection(proxy.socket)]) {
      socket.write(`GET ${target} HTTP/1.1\r\nhost: ${keyHost}\r\nx-api-key: ${standIn}\r\n\r\n`)
      const [said] = await once(socket, 'data')
      assert.match(String(said), /^HTTP\/1\.1 404 /, target)
      socket.destroy()
    }
  }
  assert.equal(asked.length, 0)
})

test('behind a tunnel is the same proxy, which has no web sockets', async (t) => {
  const { proxy, asked, standIn } = await given(t, (_incoming, response) => response.end('well'))
  const asking = request({ socketPath: proxy.socket, method: 'CONNECT', path: `${keyHost}:80` }).end()
  const [, tunnel] = await once(asking, 'connect')
  tunnel.write(
    `GET /base/v1/responses HTTP/1.1\r\nhost: ${keyHost}\r\nauthorization: Bearer ${standIn}\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-key: x\r\n\r\n`,
  )
  const [said] = await once(tunnel, 'data')
  assert.match(String(said), /^HTTP\/1\.1 426 /)
  assert.equal(asked.length, 0)
  tunnel.destroy()
})

test('its socket lies in a folder that is its own, and is gone with it', async () => {
  const proxy = await openKeyProxy()
  const folder = path.dirname(proxy.socket)
  assert.equal(statSync(folder).mode & 0o777, 0o700)
  await proxy[Symbol.asyncDispose]()
  assert.equal(existsSync(folder), false)
})

test('where there can be no socket, its folder does not stay', async () => {
  await using folder = await temporaryFolder()
  const deep = path.join(folder.path, 'x'.repeat(120))
  await mkdir(deep)
  await assert.rejects(openKeyProxy(deep), { code: 'EINVAL' })
  assert.deepEqual(await readdir(deep), [])
})
