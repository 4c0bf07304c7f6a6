import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { test } from 'node:test'
import { Webhook } from 'standardwebhooks'
import type { Callbacks } from '../../../functions/callback/callback-ports.ts'
import { OWN_CALLBACK } from '../../../functions/callback/receivers.ts'
import { ConfigSchema } from '../../../infra/config/config-schema.ts'
import type { Environment } from '../../../infra/config/environment.ts'
import { createCallbacks } from '../../../infra/webhooks/callbacks.ts'
import { createWebhooks } from '../../../infra/webhooks/webhooks.ts'
import { httpServer } from '../../support/http-server.ts'

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const OLD = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD'
const env: Environment = { SECRET, OLD }
const body = '{"type":"task.completed","timestamp":"2026-01-01T10:00:00.000Z","data":{"title":"größer"}}'
const message = (more: Partial<Parameters<Callbacks['post']>[0]> = {}) => ({
  ...{ receiver: 'ci', id: 'event-1', at: new Date(), body, signal: new AbortController().signal },
  ...more,
})
const callbacksFor = (url: string, receiver: Record<string, unknown> = {}, webhooks: Record<string, unknown> = {}): Callbacks => {
  const ci = { url, secret_env: 'SECRET', allow_private: true, ...receiver }
  return createWebhooks({ config: ConfigSchema.parse({ gateway: { webhooks: { out: { ci }, ...webhooks } } }), env }).callbacks
}
const headersOf = (headers: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))

/** A receiver on loopback that answers as it is told to. */
const receiving = (answer: (response: ServerResponse) => void) => httpServer((_, response) => answer(response))

test('the published library takes what is sent for genuine, under the newer and the older secret', async () => {
  await using server = await receiving((response) => response.writeHead(204).end())
  const result = await callbacksFor(server.url, { old_secret_env: 'OLD' }).post(message())
  assert.deepEqual(result, { outcome: 'delivered', status: 204, isSigned: true })
  const [request] = server.requests
  assert.ok(request)
  assert.equal(request.body, body)
  assert.equal(request.headers['webhook-id'], 'event-1')
  assert.equal(request.headers['content-type'], 'application/json')
  for (const secret of [SECRET, OLD])
    assert.deepEqual(new Webhook(secret).verify(request.body, headersOf(request.headers)), JSON.parse(body))
  assert.throws(() => new Webhook(SECRET).verify(`${request.body} `, headersOf(request.headers)))
})

test('each attempt has its own time and the same id', async () => {
  await using server = await receiving((response) => response.end())
  const callbacks = callbacksFor(server.url)
  await callbacks.post(message({ at: new Date(1_614_265_330_999) }))
  await callbacks.post(message({ at: new Date(1_614_265_335_000) }))
  assert.deepEqual(
    server.requests.map(({ headers }) => [headers['webhook-id'], headers['webhook-timestamp']]),
    [
      ['event-1', '1614265330'],
      ['event-1', '1614265335'],
    ],
  )
  assert.notEqual(server.requests[0]?.headers['webhook-signature'], server.requests[1]?.headers['webhook-signature'])
})

test('only 2xx is success; what else a receiver answers may be otherwise another time', async () => {
  const codes = [200, 202, 299, 302, 308, 400, 401, 404, 500, 502]
  let code = 0
  await using server = await receiving((response) => response.writeHead(code, { location: '/elsewhere' }).end('x'.repeat(1000)))
  const outcomes = []
  for (code of codes) outcomes.push((await callbacksFor(server.url).post(message())).outcome)
  assert.deepEqual(outcomes, [...Array(3).fill('delivered'), ...Array(7).fill('missed')])
  assert.equal(server.requests.length, codes.length, 'no redirect was followed')
})

test('Retry-After is understood as seconds and as a date', async () => {
  const at = new Date('2026-01-01T10:00:00.000Z')
  let header = ''
  await using server = await receiving((response) => response.writeHead(429, { 'retry-after': header }).end())
  const asked = async (value: string) => {
    header = value
    const result = await callbacksFor(server.url).post(message({ at }))
    return result.outcome === 'missed' ? result.retryAfterMs : result.outcome
  }
  assert.deepEqual(
    [await asked('120'), await asked('Thu, 01 Jan 2026 10:01:00 GMT'), await asked('soon'), await asked('0'), await asked('-5')],
    [120_000, 60_000, undefined, undefined, undefined],
  )
})

test('who answers 410 gets nothing any more, until the next start', async () => {
  await using server = await receiving((response) => response.writeHead(410).end())
  const callbacks = callbacksFor(server.url)
  assert.equal((await callbacks.post(message())).outcome, 'gone')
  assert.equal((await callbacks.post(message())).outcome, 'gone')
  assert.equal(server.requests.length, 1)
  assert.equal((await callbacksFor(server.url).post(message())).outcome, 'gone')
  assert.equal(server.requests.length, 2)
})

test('of more than a thousand that want nothing any more the first is asked again', async () => {
  await using server = await receiving((response) => response.writeHead(410).end())
  const callbacks = callbacksFor(server.url, {}, { callback_allow_private: true })
  const tell = (n: number) => callbacks.post(message({ receiver: OWN_CALLBACK, url: `${server.url}/${n}` }))
  for (let n = 0; n <= 1000; n++) assert.equal((await tell(n)).outcome, 'gone')
  await tell(1000)
  assert.equal(server.requests.length, 1001)
  await tell(0)
  assert.equal(server.requests.length, 1002)
})

test('who does not answer in time, breaks off or is not there has missed it', async () => {
  await using silent = await receiving(() => undefined)
  await using rude = await receiving((response) => response.destroy())
  const closing = await receiving((response) => response.end())
  await closing[Symbol.asyncDispose]()
  const tell = (url: string) =>
    createCallbacks({
      receivers: new Map([['ci', { url, secrets: [], allowPrivate: true }]]),
      own: { secrets: [], allowPrivate: true },
      timeoutMs: 200,
    }).post(message())
  const reasons = await Promise.all([tell(silent.url), tell(rude.url), tell(closing.url)])
  assert.deepEqual(
    reasons.map(({ outcome }) => outcome),
    ['missed', 'missed', 'missed'],
  )
  assert.match(JSON.stringify(reasons), /did not answer within 0.2 s.*could not be reached.*could not be reached: connect ECONNREFUSED/)
})

test('a body that never ends costs nothing', async () => {
  await using server = await receiving((response) => {
    response.writeHead(200)
    const timer = setInterval(() => response.write('x'.repeat(10_000)), 5)
    response.on('close', () => clearInterval(timer))
  })
  assert.equal((await callbacksFor(server.url).post(message())).outcome, 'delivered')
})

test('a stop ends the attempt and is no answer of the receiver', async () => {
  await using server = await receiving(() => undefined)
  const stop = new AbortController()
  const attempt = callbacksFor(server.url).post(message({ signal: stop.signal }))
  stop.abort(new Error('the process stops'))
  await assert.rejects(attempt, /the process stops/)
})

test('private addresses are refused unless that is allowed, by number, by name and by whatever spelling', async () => {
  await using server = await receiving((response) => response.end())
  const port = new URL(server.url).port
  const own = { receivers: new Map(), own: { secrets: [], allowPrivate: false } }
  const urls = [
    server.url,
    `http://localhost:${port}`,
    `http://127.1:${port}`,
    `http://0x7f000001:${port}`,
    `http://[::ffff:127.0.0.1]:${port}`,
  ]
  for (const url of [...urls, `http://[::1]:${port}`, `http://0:${port}`, 'http://169.254.169.254/latest', 'http://10.0.0.1']) {
    const result = await createCallbacks(own).post(message({ receiver: 'task:callback', url }))
    assert.equal(result.outcome, 'refused', url)
    assert.match(JSON.stringify(result), /loopback or private/, url)
  }
  assert.equal(server.requests.length, 0)
  const allowed = createCallbacks({ ...own, own: { secrets: [], allowPrivate: true } })
  assert.deepEqual(await allowed.post(message({ receiver: 'task:callback', url: server.url })), {
    outcome: 'delivered',
    status: 200,
    isSigned: false,
  })
  assert.equal(server.requests[0]?.headers['webhook-signature'], undefined, 'what nobody signed has no signature')
})

test('a callback URL that is no web address, has a password, or is missing is refused without its secrets', async () => {
  const callbacks = callbacksFor('https://ci.example.com', {}, { callback_allow_private: true })
  for (const url of ['ftp://example.com/x?token=hidden', 'https://ada:hidden@example.com/', 'file:///etc/passwd?hidden', undefined]) {
    const result = await callbacks.post(message({ receiver: 'task:callback', url }))
    assert.equal(result.outcome, 'refused', String(url))
    assert.doesNotMatch(JSON.stringify(result), /hidden/)
  }
  assert.equal((await callbacks.post(message({ receiver: 'former' }))).outcome, 'refused')
})

test('a receiver that hangs holds eight attempts at most; to others it makes no difference', async () => {
  await using slow = await receiving(() => undefined)
  await using quick = await receiving((response) => response.end())
  const stop = new AbortController()
  const receiver = (url: string) => ({ url, secrets: [], allowPrivate: true })
  const receivers = new Map([
    ['slow', receiver(slow.url)],
    ['quick', receiver(quick.url)],
  ])
  const callbacks = createCallbacks({ receivers, own: { secrets: [], allowPrivate: true } })
  const hanging = Array.from({ length: 8 }, () => callbacks.post(message({ receiver: 'slow', signal: stop.signal })))
  const [ninth, quickly] = await Promise.all([
    callbacks.post(message({ receiver: 'slow' })),
    callbacks.post(message({ receiver: 'quick' })),
  ])
  assert.deepEqual([ninth.outcome, quickly.outcome], ['busy', 'delivered'])
  assert.equal(slow.requests.length, 8)
  stop.abort(new Error('enough'))
  assert.equal((await Promise.allSettled(hanging)).filter(({ status }) => status === 'rejected').length, 8)
  const freed = callbacks.post(message({ receiver: 'slow', signal: AbortSignal.timeout(50) }))
  await assert.rejects(freed, { name: 'TimeoutError' }, 'the places are free again')
})
