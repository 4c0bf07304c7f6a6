import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import {
  CortexAuthenticationError,
  CortexBackpressureError,
  CortexCancelledError,
  CortexConnectionError,
  CortexRateLimitError,
  CortexRequestError,
  CortexTimeoutError,
  createCortexClient,
} from '../../client/client.mjs'
import { serveApp } from '../../gateway/http/serve.ts'
import { fakeJobs } from '../support/fake-jobs.ts'
import { pixel, pixelUrl, servedProxy } from '../support/proxy.ts'
import { temporaryFolder } from '../support/temporary.ts'

type Fetch = typeof globalThis.fetch
const talking = () => fakeJobs({ answer: ({ request }) => ({ text: `You said: ${request.prompt}`, conversation: 'https://chat/c/1' }) })

test('hello world comes back', async () => {
  await using proxy = await servedProxy({ jobs: talking() })
  const answer = await createCortexClient({ baseUrl: proxy.url }).ask({ text: 'Hello World' })
  assert.deepEqual([answer.text, answer.jobId, answer.evidence], ['You said: Hello World', 'job-1', []])
  assert.ok(Date.parse(answer.timings?.completed_at ?? '') > 0)
})

test('images go along as bytes, files and data: URLs', async () => {
  await using proxy = await servedProxy({ jobs: talking() })
  await using folder = await temporaryFolder()
  const file = path.join(folder.path, 'pixel.png')
  await writeFile(file, pixel)
  const { ask } = createCortexClient({ baseUrl: proxy.url })
  await ask({ text: 'Look', images: [pixel, new Uint8Array(pixel), file, pixelUrl] })
  assert.deepEqual(
    proxy.jobs.requests[0]?.images.map(({ bytes }) => Buffer.from(bytes).equals(pixel)),
    [true, true, true, true],
  )
  await assert.rejects(ask({ text: 'Look', images: [Buffer.from('text')] }), CortexRequestError)
  await assert.rejects(ask({ text: 'Look', images: [path.join(folder.path, 'none.png')] }), /cannot be read/)
})

test('model, effort, priority and an aggressive page reach the job', async () => {
  await using proxy = await servedProxy({ jobs: talking() })
  const aggressive = { confidenceBefore: 0.4, dom: '<p/>', screenshot: pixel }
  await createCortexClient({ baseUrl: proxy.url }).ask({ text: 'Hi', model: 'gpt-other', effort: 'high', priority: 'batch', aggressive })
  const request = proxy.jobs.requests[0] ?? assert.fail('nothing was asked')
  assert.deepEqual([request.model, request.effort, request.priority], ['gpt-other', 'high', 'batch'])
  assert.deepEqual(
    [request.aggressive?.enabled, request.aggressive?.dom, request.aggressive?.screenshot?.contentType],
    [true, '<p/>', 'image/png'],
  )
})

test('JSON is parsed, judged by a function, and repaired once in its conversation', async () => {
  const answers = ['Sorry.', '{"n": 1}', '{"n": 2}', '{"n": 3}']
  const jobs = fakeJobs({ answer: () => ({ text: answers.shift() ?? 'No.', conversation: 'https://chat/c/1' }) })
  await using proxy = await servedProxy({ jobs })
  const { ask } = createCortexClient({ baseUrl: proxy.url })
  assert.deepEqual((await ask({ text: 'x', json: true })).json, { n: 1 })
  assert.deepEqual(jobs.requests[1]?.conversation, { kind: 'resume', url: 'https://chat/c/1' })
  const three = ({ n }: Record<string, unknown>) => (n === 3 ? 'three' : assert.fail('n must be 3'))
  assert.equal((await ask({ text: 'x', json: three })).json, 'three')
  assert.match(jobs.requests[3]?.prompt ?? '', /n must be 3/)
  await assert.rejects(ask({ text: 'x', json: true }), { code: 'UPSTREAM_BAD_RESPONSE', name: 'CortexError' })
})

test('progress tells the place in the queue, the begin, the send and the end', async () => {
  const { promise, resolve } = Promise.withResolvers<string>()
  const jobs = fakeJobs({
    answer: (turn) => {
      turn.send()
      return promise
    },
  })
  await using proxy = await servedProxy({ jobs })
  const { ask } = createCortexClient({ baseUrl: proxy.url })
  const first = ask({ text: 'first' })
  await jobs.until(([job]) => job?.state === 'running')
  const told: object[] = []
  const second = ask({
    text: 'second',
    onProgress: ({ state, position, sent }) => {
      told.push({ state, position, sent })
      resolve('Done.')
    },
  })
  await Promise.all([first, second])
  assert.deepEqual(
    [told[0], told.at(-1)],
    [
      { state: 'queued', position: 1, sent: false },
      { state: 'completed', position: undefined, sent: true },
    ],
  )
})

test('an abort cancels the job, also when its id is not known yet', async () => {
  const jobs = fakeJobs()
  await using proxy = await servedProxy({ jobs })
  const { ask } = createCortexClient({ baseUrl: proxy.url })
  const known = new AbortController()
  await assert.rejects(ask({ text: 'x', signal: known.signal, onProgress: () => known.abort() }), CortexCancelledError)
  assert.equal(jobs.cancelled[0]?.id, 'job-1')
  const early = new AbortController()
  const abortingFetch: Fetch = (...request) => {
    early.abort()
    return fetch(...request)
  }
  await assert.rejects(createCortexClient({ baseUrl: proxy.url, fetch: abortingFetch }).ask({ text: 'y', signal: early.signal }), {
    code: 'CLIENT_ABORTED',
  })
  assert.equal(jobs.cancelled[1]?.id, 'job-2')
})

test('no answer in time is a timeout that names the job, and cancels it', async () => {
  const jobs = fakeJobs()
  await using proxy = await servedProxy({ jobs })
  await assert.rejects(createCortexClient({ baseUrl: proxy.url, timeoutMs: 2000 }).ask({ text: 'x' }), (error) => {
    assert.ok(error instanceof CortexTimeoutError)
    assert.deepEqual([error.code, error.jobId, error.retryable], ['CLIENT_TIMEOUT', 'job-1', true])
    return true
  })
  assert.equal(jobs.cancelled.length, 1)
})

test('connections that break are taken up again, and the question is asked once', async () => {
  await using proxy = await servedProxy({ jobs: talking() })
  let calls = 0
  const breaking: Fetch = async (...request) => {
    calls += 1
    const response = await fetch(...request)
    if (calls % 2 === 1) throw new TypeError('fetch failed', { cause: new Error('ECONNRESET') })
    return response
  }
  const { text } = await createCortexClient({ baseUrl: proxy.url, fetch: breaking }).ask({ text: 'Hello' })
  assert.deepEqual([text, calls, proxy.jobs.requests.length], ['You said: Hello', 4, 1])
})

test('a proxy that is started anew in between gives the answer', async () => {
  const { promise, resolve } = Promise.withResolvers<string>()
  const jobs = fakeJobs({ answer: () => promise })
  const first = await servedProxy({ jobs })
  const asked = createCortexClient({ baseUrl: first.url }).ask({ text: 'Hello' })
  await jobs.until(([job]) => job?.state === 'running')
  await first.stop()
  const second = await serveApp({ app: first.app, host: '127.0.0.1', port: Number(new URL(first.url).port) })
  resolve('Still here.')
  assert.equal((await asked).text, 'Still here.')
  await second.stop()
})

test('a full queue is waited for as long as it asks, and told when the time is over', async () => {
  const { promise, resolve } = Promise.withResolvers<string>()
  const jobs = fakeJobs({ limit: 1, answer: ({ request }) => (request.prompt === 'first' ? promise : 'Hello.') })
  await using proxy = await servedProxy({ jobs })
  const { ask } = createCortexClient({ baseUrl: proxy.url })
  const first = ask({ text: 'first' })
  await jobs.until(([job]) => job?.state === 'running')
  const second = ask({ text: 'second' })
  await jobs.until((views) => views.length === 2)
  const hurried = createCortexClient({ baseUrl: proxy.url, timeoutMs: 900 }).ask({ text: 'third' })
  await assert.rejects(hurried, (error) => error instanceof CortexBackpressureError && error.retryAfterMs === 1_000)
  const third = ask({ text: 'third' })
  resolve('First.')
  assert.deepEqual(
    (await Promise.all([first, second, third])).map(({ text }) => text),
    ['First.', 'Hello.', 'Hello.'],
  )
})

test('each kind of failure is an error of its own', async () => {
  const failing = (code: string, lane?: 'rate_limited' | 'auth_required') =>
    fakeJobs({ answer: () => ({ error: { code, lane, reason: 'because', retryable: true } }) })
  const failure = async (jobs: ReturnType<typeof fakeJobs>) => {
    await using proxy = await servedProxy({ jobs })
    return await createCortexClient({ baseUrl: proxy.url }).ask({ text: 'x' })
  }
  await assert.rejects(
    failure(failing('TURN_TIMEOUT')),
    (error) => error instanceof CortexTimeoutError && error.code === 'UPSTREAM_TIMEOUT',
  )
  await assert.rejects(failure(failing('LANE_UNAVAILABLE', 'rate_limited')), CortexRateLimitError)
  await assert.rejects(failure(failing('LANE_UNAVAILABLE', 'auth_required')), CortexAuthenticationError)
  await assert.rejects(failure(failing('CANCELLED')), CortexCancelledError)
  await assert.rejects(failure(failing('OUTCOME_UNKNOWN')), {
    name: 'CortexError',
    code: 'UPSTREAM_BAD_RESPONSE',
    status: 424,
    jobId: 'job-1',
    retryable: false,
  })
})

test('a token is sent, and a wrong one told', async () => {
  await using proxy = await servedProxy({ jobs: talking(), token: 'secret' })
  assert.match((await createCortexClient({ baseUrl: `${proxy.url}/`, token: 'secret' }).ask({ text: 'x' })).text, /You said/)
  await assert.rejects(createCortexClient({ baseUrl: proxy.url }).ask({ text: 'x' }), CortexAuthenticationError)
  await assert.rejects(createCortexClient({ baseUrl: proxy.url, token: 'secret' }).ask({ text: 'x', model: 'none' }), CortexRequestError)
})

test('a proxy that does not run is told in words', async () => {
  const proxy = await servedProxy()
  await proxy.stop()
  const asked = createCortexClient({ baseUrl: proxy.url, connectMs: 300 }).ask({ text: 'x' })
  await assert.rejects(asked, (error) => error instanceof CortexConnectionError && /cannot be reached: .*Is it running/.test(error.message))
})
