import assert from 'node:assert/strict'
import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { RequestFault } from '../../../bus/define-service.ts'
import { callerOf } from '../../../gateway/http/caller.ts'
import type { HttpCaller, Surface } from '../../../gateway/http/gateway-app.ts'
import { givenGateway, servedGateway } from '../../support/gateway.ts'

/** Tells who asked, and fails in the ways that surfaces fail. */
const probe: Surface = (app) => {
  app.get('/who', (context) => context.json(callerOf(context)))
  app.post('/echo', async (context) => context.text(String((await context.req.text()).length)))
  app.get('/health', (context) => context.json({ healthy: true }))
  app.post('/hooks/x', (context) => context.text('verified by itself'))
  app.get('/fault', () => {
    throw new RequestFault(409, ['one fault', 'another'], { retryAfterMs: 1500 })
  })
  app.get('/crash', () => {
    throw new Error('the password is hunter2')
  })
}
const reader: HttpCaller = { name: 'grafana', scopes: ['read'], isLocal: false }
const verify = (token: string) => (token === 'good' ? reader : undefined)
const open = () => givenGateway({ surfaces: [probe], guards: { verify } })
const exposed = () => givenGateway({ surfaces: [probe], guards: { verify, loopback: false } })
const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })
const status = async (response: Promise<Response>): Promise<number> => (await response).status

test('on loopback whoever brings no token is the person at this machine', async () => {
  assert.deepEqual(await (await open().ask('/who')).json(), {
    name: 'ada',
    scopes: ['create', 'approve', 'operate', 'read'],
    isLocal: true,
  })
})

test('a token that is brought counts, also on loopback, and a wrong one is refused', async () => {
  assert.deepEqual(await (await open().ask('/who', bearer('good'))).json(), reader)
  assert.equal(await status(open().ask('/who', bearer('bad'))), 401)
  assert.equal(await status(open().ask('/who', { headers: { authorization: 'Basic YTpi' } })), 401)
  assert.deepEqual(await (await open().ask('/who', { headers: { cookie: 'cortex_token=good' } })).json(), reader)
})

test('anywhere else a token is needed, except for what verifies itself', async () => {
  const { ask } = exposed()
  assert.equal(await status(ask('/who')), 401)
  assert.equal(await status(ask('/nowhere')), 401)
  assert.equal(await status(ask('/who', bearer('good'))), 200)
  assert.equal(await status(ask('/health')), 200)
  assert.equal(await status(ask('/hooks/x', { method: 'POST' })), 200)
  const required = givenGateway({ surfaces: [probe], guards: { verify, tokensRequired: true } })
  assert.equal(await status(required.ask('/who')), 401)
})

test('whom a reverse proxy speaks for is not the person at this machine', async () => {
  for (const name of ['x-forwarded-for', 'forwarded', 'x-real-ip'])
    assert.equal(await status(open().ask('/who', { headers: { [name]: '203.0.113.7' } })), 401, name)
  assert.equal(await status(open().ask('/who', { headers: { 'x-forwarded-for': '203.0.113.7', ...bearer('good').headers } })), 200)
})

test('a foreign name that leads here is refused on loopback', async () => {
  assert.equal(await status(open().ask('/who', { headers: { host: 'evil.example' } })), 403)
  assert.equal(
    await status(
      givenGateway({ surfaces: [probe], config: { gateway: { hosts: ['cortex.lan'] } } }).ask('/who', {
        headers: { host: 'cortex.lan:8900' },
      }),
    ),
    200,
  )
  assert.equal(await status(exposed().ask('/who', { headers: { host: 'any.example', ...bearer('good').headers } })), 200)
})

test('pages of other origins may not ask, our own may', async () => {
  const from = (origin: string) => ({ headers: { origin } })
  assert.equal(await status(open().ask('/who', from('http://localhost:8900'))), 200)
  for (const origin of ['http://evil.example', 'null', 'http://localhost:3000', 'https://localhost.evil.example:8900'])
    assert.equal(await status(open().ask('/who', from(origin))), 403, origin)
  assert.equal(await status(open().ask('/echo', { method: 'POST', headers: { 'sec-fetch-site': 'cross-site' } })), 403)
  const friendly = givenGateway({ surfaces: [probe], config: { gateway: { origins: ['http://localhost:3000'] } } })
  const answer = await friendly.ask('/who', from('http://localhost:3000'))
  assert.deepEqual([answer.status, answer.headers.get('access-control-allow-origin')], [200, 'http://localhost:3000'])
})

test('another method than the path takes is told which it takes', async () => {
  const answer = await open().ask('/who', { method: 'DELETE' })
  assert.deepEqual([answer.status, answer.headers.get('allow')], [405, 'GET'])
  assert.equal(await status(open().ask('/nowhere')), 404)
})

test('an open path knows who asks, and refuses nobody', async () => {
  const seen: (string | undefined)[] = []
  const watch: Surface = (app) => {
    app.get('/health', (context) => {
      seen.push(context.get('caller')?.name)
      return context.text('well')
    })
  }
  for (const [loopback, headers] of [
    [true, {}],
    [true, { host: 'evil.example' }],
    [false, {}],
    [false, { authorization: 'Bearer good' }],
    [false, { authorization: 'Bearer bad' }],
  ] as const)
    assert.equal(await status(givenGateway({ surfaces: [watch], guards: { verify, loopback } }).ask('/health', { headers })), 200)
  assert.deepEqual(seen, ['ada', undefined, undefined, 'grafana', undefined])
})

test('a fault is answered with all its words, its time and the request id', async () => {
  const answer = await open().ask('/fault', { headers: { 'x-request-id': 'mine-1' } })
  assert.deepEqual([answer.status, answer.headers.get('retry-after'), answer.headers.get('x-request-id')], [409, '2', 'mine-1'])
  assert.deepEqual(await answer.json(), { error: 'one fault; another', faults: ['one fault', 'another'], request_id: 'mine-1' })
})

test('what fails within tells nothing of itself, but the log does', async () => {
  const { ask, logged } = open()
  const answer = await ask('/crash', { headers: { 'x-request-id': 'a b' } })
  const text = await answer.text()
  assert.equal(answer.status, 500)
  assert.ok(!text.includes('hunter2') && !text.includes('hono'), text)
  assert.match(JSON.stringify(logged), /hunter2/)
  assert.match(answer.headers.get('x-request-id') ?? '', /^[0-9a-f-]{36}$/)
})

test('what is refused is counted by route, and logged without what it carried', async () => {
  const { ask, logged, refusals } = exposed()
  await ask('/who?secret=1', bearer('very-secret-token'))
  await ask('/nowhere', bearer('good'))
  assert.deepEqual(
    refusals.all().map(({ status: code, count }) => [code, count]),
    [
      [401, 1],
      [404, 1],
    ],
  )
  assert.ok(!JSON.stringify(logged).includes('secret'), JSON.stringify(logged))
})

test('a body that says that it is too long is refused before it is read', async () => {
  const long = 'x'.repeat(1024 * 1024 + 1)
  assert.equal(await status(open().ask('/echo', { body: long, headers: { 'content-length': String(long.length) } })), 413)
})

test('a body in chunks and a request without one are as good as any, up to the limit', async () => {
  await using gateway = await servedGateway({ surfaces: [probe] })
  const send = (chunks: readonly string[]) =>
    new Promise<[number | undefined, string]>((resolve, reject) => {
      const going = request(`${gateway.url}/echo`, {
        method: 'POST',
        ...(chunks.length > 0 ? { headers: { 'transfer-encoding': 'chunked' } } : {}),
      })
      going.on('error', reject)
      going.on('response', async (answer) => resolve([answer.statusCode, await text(answer)]))
      for (const chunk of chunks) going.write(chunk)
      going.end()
    })
  assert.deepEqual(await send([]), [200, '0'])
  assert.deepEqual(await send(['ab', 'cd']), [200, '4'])
  assert.equal((await send(Array.from({ length: 20 }, () => 'x'.repeat(60_000))))[0], 413)
})

test('one token may send so much a minute, and is told when to come again', async () => {
  let now = 0
  const { ask } = givenGateway({
    surfaces: [probe],
    guards: { verify },
    config: { gateway: { rate_per_minute: 2 } },
    now: () => new Date(now),
  })
  assert.deepEqual([await status(ask('/who', bearer('good'))), await status(ask('/who', bearer('good')))], [200, 200])
  const refused = await ask('/who', bearer('good'))
  assert.deepEqual([refused.status, refused.headers.get('retry-after')], [429, '30'])
  assert.equal(await status(ask('/who')), 200, 'the person at the machine is not counted')
  now += 30_000
  assert.equal(await status(ask('/who', bearer('good'))), 200)
})

test('an answer that goes on ends when its token is revoked, and not before', async () => {
  const valid = new Set(['good', 'other'])
  const left: string[] = []
  const drip: Surface = (app) =>
    void app.get('/drip', (context) => {
      const cancel = () => void left.push(callerOf(context).name)
      const pull = async (controller: ReadableStreamDefaultController<Uint8Array>) => {
        await new Promise((resolve) => setTimeout(resolve, 5))
        controller.enqueue(Buffer.from('data: x\n\n'))
      }
      return new Response(new ReadableStream({ pull, cancel }), { headers: { 'content-type': 'text/event-stream' } })
    })
  const check = (token: string) => (valid.has(token) ? { ...reader, name: token } : undefined)
  const { ask } = givenGateway({ surfaces: [drip], guards: { verify: check, tokensRequired: true, lookMs: 10 } })
  const [good, other] = await Promise.all([ask('/drip', bearer('good')), ask('/drip', bearer('other'))])
  const lines = other.body?.getReader()
  await lines?.read()
  valid.delete('good')
  await assert.rejects(good.text(), { name: 'AbortError' })
  assert.deepEqual(left, ['good'])
  assert.equal((await lines?.read())?.done, false)
  await lines?.cancel()
})

test('what is for one caller stays in no cache and is taken for nothing else', async () => {
  for (const answer of [await open().ask('/who'), await exposed().ask('/who')])
    assert.deepEqual([answer.headers.get('cache-control'), answer.headers.get('x-content-type-options')], ['no-store', 'nosniff'])
})

test('a client that goes away in the middle of its body is no failure of ours', async () => {
  const [reached, broken] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const upload: Surface = (app) =>
    void app.post('/upload', async (context) => {
      reached.resolve()
      return context.text(await context.req.text().finally(broken.resolve))
    })
  await using gateway = await servedGateway({ surfaces: [upload] })
  const sent = request(`${gateway.url}/upload`, { method: 'POST', headers: { 'content-length': '100' } })
  sent.on('error', () => undefined).write('abc')
  await reached.promise
  sent.destroy()
  await broken.promise
  await setImmediate()
  assert.deepEqual(
    gateway.logged.map(({ line, about }) => [line, about['status']]),
    [['a request was refused', 400]],
  )
})
