import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isAllowedHost } from '../../../../gateway/http/allowed-hosts.ts'
import { givenProxy, hello } from '../../../support/proxy.ts'

type Awaitable<T> = T | Promise<T>
const statusOf = async (response: Awaitable<Response>): Promise<number> => (await response).status
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

test('a host is ours by its loopback names and the configured ones', () => {
  for (const host of ['localhost', 'LOCALHOST:8000', '127.0.0.1:8000', '[::1]:8000', 'cortex-proxy:8000'])
    assert.ok(isAllowedHost(host, ['Cortex-Proxy']), host)
  for (const host of [undefined, '', 'evil.example', 'localhost.evil.example', '127.0.0.1.evil.example:8000', '10.0.0.1'])
    assert.ok(!isAllowedHost(host, ['cortex-proxy']), String(host))
})

test('a foreign name that leads here is refused, unless a token protects the server', async () => {
  const foreign = { host: 'evil.example' }
  assert.equal(await statusOf(givenProxy().ask('/health', undefined, foreign)), 403)
  assert.equal(await statusOf(givenProxy({ guards: { loopback: false } }).ask('/health')), 401)
  for (const loopback of [true, false]) {
    const { ask } = givenProxy({ token: 'secret', guards: { loopback } })
    assert.equal(await statusOf(ask('/health', undefined, foreign)), 200)
    assert.equal(await statusOf(ask('/v1/models', undefined, foreign)), 401)
    assert.equal(await statusOf(ask('/v1/models', undefined, { ...foreign, ...bearer('secret') })), 200)
  }
})

test('a foreign name is told where to add it, and works when it stands there', async () => {
  const orchestrator = { host: 'cortex-orchestrator:8000' }
  const refused = await givenProxy().ask('/v1/models', undefined, orchestrator)
  assert.equal(refused.status, 403)
  assert.match((await refused.json()).error.message, /add the name to hosts in \[gateway\.proxy\] of cortex\.toml/)
  const { ask } = givenProxy({ guards: { hosts: ['cortex-orchestrator'] } })
  assert.equal(await statusOf(ask('/v1/models', undefined, orchestrator)), 200)
  const page = await givenProxy().ask('/v1/models', undefined, { origin: 'https://page.example' })
  assert.match((await page.json()).error.message, /add it to origins in \[gateway\.proxy\] of cortex\.toml/)
})

test('with a token everything but /health asks for it', async () => {
  const { ask, jobs } = givenProxy({ token: 'secret' })
  assert.equal(await statusOf(ask('/health')), 200)
  for (const path of ['/', '/v1/models', '/async/queue', '/debug/worker-state', '/nowhere'])
    assert.equal(await statusOf(ask(path)), 401, path)
  assert.equal(await statusOf(ask('/v1/models', undefined, bearer('wrong'))), 401)
  assert.equal(await statusOf(ask('/v1/models', undefined, bearer('secret'))), 200)
  const refused = await ask('/v1/chat/completions', hello)
  assert.deepEqual((await refused.json()).error.type, 'authentication_error')
  assert.equal(jobs.requests.length, 0)
})

test('without a token any key will do', async () => {
  assert.equal(await statusOf(givenProxy().ask('/v1/models', undefined, bearer('whatever'))), 200)
})

test('pages of other origins may neither read nor send', async () => {
  const { ask, jobs } = givenProxy({ origins: ['http://localhost:3000'] })
  const refused = await ask('/v1/chat/completions', JSON.stringify(hello), { origin: 'https://evil.example', 'content-type': 'text/plain' })
  assert.deepEqual([refused.status, refused.headers.get('access-control-allow-origin')], [403, null])
  const nameless = await ask('/v1/chat/completions', hello, { 'sec-fetch-site': 'cross-site' })
  assert.equal(nameless.status, 403)
  assert.equal(jobs.requests.length, 0)
  const allowed = await ask('/v1/chat/completions', hello, { origin: 'http://localhost:3000' })
  assert.deepEqual([allowed.status, allowed.headers.get('access-control-allow-origin')], [200, 'http://localhost:3000'])
})

test('a browser that asks first is answered for a configured origin, before any token', async () => {
  const { app } = givenProxy({ origins: ['http://localhost:3000'], token: 'secret' })
  const preflight = (origin: string) =>
    app.request('/v1/chat/completions', {
      method: 'OPTIONS',
      headers: { host: 'localhost', origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' },
    })
  const allowed = await preflight('http://localhost:3000')
  assert.equal(allowed.status, 204)
  assert.match(allowed.headers.get('access-control-allow-headers') ?? '', /authorization/)
  assert.equal(await statusOf(preflight('http://localhost:3001')), 403)
})

test('a body that is too large, no JSON, or no object is refused in JSON', async () => {
  const { ask } = givenProxy({ settings: { bodyLimit: 200 } })
  const large = await ask('/v1/chat/completions', { ...hello, user: 'x'.repeat(300) })
  assert.deepEqual([large.status, (await large.json()).error.code], [413, 'PAYLOAD_TOO_LARGE'])
  assert.equal(await statusOf(ask('/v1/chat/completions', '{"model":')), 400)
  assert.equal(await statusOf(ask('/v1/chat/completions', '[]')), 400)
  assert.equal(await statusOf(ask('/v1/chat/completions', '')), 400)
})

test('unknown routes are told in JSON', async () => {
  const { ask } = givenProxy()
  for (const path of ['/v1/embeddings', '/favicon.ico', '/async/']) {
    const response = await ask(path)
    assert.deepEqual([response.status, typeof (await response.json()).error.message], [404, 'string'])
  }
})
