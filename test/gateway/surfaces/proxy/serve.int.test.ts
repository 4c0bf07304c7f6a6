import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, request } from 'node:http'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { fetchImage } from '../../../../gateway/surfaces/proxy/remote-image.ts'
import { fakeJobs, type Told } from '../../../support/fake-jobs.ts'
import { alone, hello, pixel, readEvents, servedProxy } from '../../../support/proxy.ts'

const execute = promisify(execFile)
const curl = async (...argv: string[]) => (await execute('curl', ['--silent', '--max-time', '20', ...argv])).stdout
const json = (body: object) => ['-H', 'content-type: application/json', '-d', JSON.stringify(body)]
const post = (url: string, body: object, signal?: AbortSignal) =>
  fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body), signal })
const asking = (content: string) => ({ model: 'gpt-test', messages: [{ role: 'user', content }] })

test('curl asks, streams, and follows a job', async () => {
  const jobs = fakeJobs({ answer: () => 'Hello.' })
  await using proxy = await servedProxy({ jobs })
  const answer = JSON.parse(await curl(`${proxy.url}/v1/chat/completions`, ...json(hello)))
  assert.equal(answer.choices[0].message.content, 'Hello.')
  const streamed = readEvents(await curl('-N', `${proxy.url}/v1/chat/completions`, ...json({ ...hello, stream: true })))
  assert.equal(streamed.data.at(-1), '[DONE]')
  const { links } = JSON.parse(await curl(`${proxy.url}/async/submit`, ...json({ payload: hello })))
  assert.equal(JSON.parse(await curl(`${proxy.url}${links.result}?wait_ms=5000`)).result.assistant_text, 'Hello.')
  assert.equal(JSON.parse(await curl(`${proxy.url}/v1/nothing`)).error.code, 'NOT_FOUND')
  assert.equal(await curl('-o', '/dev/null', '-w', '%{http_code}', '-H', 'Host: evil.example', `${proxy.url}/health`), '403')
})

test('a body beyond the limit is 413 in JSON, also when its length is not told before', async () => {
  await using proxy = await servedProxy({ settings: { bodyLimit: 1_000 } })
  const large = JSON.stringify({ ...hello, user: 'x'.repeat(100_000) })
  const told = ['-w', '%{http_code}', '-H', 'content-type: application/json', '-d', large, `${proxy.url}/v1/chat/completions`]
  assert.match(await curl(...told), /PAYLOAD_TOO_LARGE.*413$/s)
  assert.match(await curl('-H', 'transfer-encoding: chunked', ...told), /PAYLOAD_TOO_LARGE.*413$/s)
})

test('200 submits at once are absorbed: as many as may wait are taken, the others told when to come back', async () => {
  const jobs = fakeJobs({ limit: 120 })
  await using proxy = await servedProxy({ jobs })
  const replies = await Promise.all(
    Array.from({ length: 200 }, (_, index) => post(`${proxy.url}/async/submit`, { payload: asking(`q${index}`) })),
  )
  const taken = replies.filter(({ status }) => status === 202)
  const refused = replies.filter(({ status, headers }) => status === 429 && Number(headers.get('retry-after')) > 0)
  assert.deepEqual([taken.length, refused.length, jobs.requests.length], [120, 80, 120])
})

test('20 at once are answered in the order they were taken', async () => {
  const ended: string[] = []
  const jobs = fakeJobs({
    answer: async ({ request }) => {
      await new Promise(setImmediate)
      return `answer to ${request.prompt}`
    },
  })
  await using proxy = await servedProxy({ jobs })
  const answers = await Promise.all(
    Array.from({ length: 20 }, async (_, index) => {
      const reply = await (await post(`${proxy.url}/v1/chat/completions`, asking(`q${index}`))).json()
      ended.push(reply.id)
      return reply.choices[0].message.content
    }),
  )
  assert.deepEqual(
    answers,
    answers.map((_, index) => `answer to q${index}`),
  )
  assert.deepEqual(
    ended,
    jobs.requests.map((_, index) => `chatcmpl-job-${index + 1}`),
  )
})

test('a client that goes away while its job is queued cancels it', async () => {
  for (const stream of [false, true]) {
    const jobs = fakeJobs()
    await using proxy = await servedProxy({ jobs, settings: { abandonAfterMs: 10 } })
    const child = spawn('curl', ['--silent', '-N', `${proxy.url}/v1/chat/completions`, ...json({ ...hello, stream })])
    await jobs.until((views) => views.length === 1)
    child.kill()
    await jobs.until(([job]) => job?.state === 'cancelled')
    assert.match(jobs.cancelled[0]?.reason ?? '', /went away/)
  }
})

test('after the send the answer is finished and kept for who went away', async () => {
  const { promise, resolve } = Promise.withResolvers<string>()
  const jobs = fakeJobs({
    answer: (turn) => {
      turn.send()
      return promise
    },
  })
  await using proxy = await servedProxy({ jobs, settings: { abandonAfterMs: 0 } })
  const leaving = new AbortController()
  const asked = post(`${proxy.url}/v1/chat/completions`, hello, leaving.signal)
  await jobs.until(([job]) => job?.sentAt !== undefined)
  leaving.abort()
  await assert.rejects(asked, { name: 'AbortError' })
  resolve('Kept.')
  await jobs.until(([job]) => job?.state === 'completed')
  const headers = { 'x-stainless-retry-count': '1' }
  const again = await (await fetch(`${proxy.url}/v1/chat/completions`, { method: 'POST', headers, body: JSON.stringify(hello) })).json()
  assert.deepEqual([again.choices[0].message.content, jobs.requests.length], ['Kept.', 1])
})

test('a client that leaves and asks the same again without a word has the job it left; who asks beside it has one of his own', async () => {
  const { promise, resolve } = Promise.withResolvers<string>()
  const jobs = fakeJobs({
    answer: (turn) => {
      turn.send()
      return promise
    },
  })
  const noticed = Promise.withResolvers<void>()
  await using proxy = await servedProxy({ jobs, presence: { ...alone, attend: () => noticed.resolve } })
  const leaving = new AbortController()
  const left = post(`${proxy.url}/v1/chat/completions`, hello, leaving.signal)
  await jobs.until(([job]) => job?.sentAt !== undefined)
  const beside = post(`${proxy.url}/v1/chat/completions`, hello)
  await jobs.until((views) => views.length === 2)
  leaving.abort()
  await assert.rejects(left, { name: 'AbortError' })
  await noticed.promise
  const again = post(`${proxy.url}/v1/chat/completions`, hello)
  resolve('Kept.')
  assert.deepEqual(
    (await Promise.all([again, beside])).map((response) => response.headers.get('x-request-id')),
    ['job-1', 'job-2'],
  )
  assert.equal(jobs.requests.length, 2)
})

test('equal questions that were cut off together and say that they are asked again have each the job of one of them', async () => {
  const { promise, resolve } = Promise.withResolvers<string>()
  const jobs = fakeJobs({ answer: () => promise })
  const [left, everyone] = [new AbortController(), Promise.withResolvers<void>()]
  let gone = 0
  const attend = () => () => void (++gone === 3 && everyone.resolve())
  await using proxy = await servedProxy({ jobs, settings: { abandonAfterMs: 60_000 }, presence: { ...alone, attend } })
  const ask = (init: RequestInit): Promise<Response> =>
    fetch(`${proxy.url}/v1/chat/completions`, { method: 'POST', body: JSON.stringify(hello), ...init })
  const cut = Promise.allSettled([1, 2, 3].map(() => ask({ signal: left.signal })))
  await jobs.until((views) => views.length === 3)
  left.abort()
  await cut
  await everyone.promise
  const again = Promise.all([1, 2, 3].map(() => ask({ headers: { 'x-stainless-retry-count': '1' } })))
  resolve('Kept.')
  const answeredBy = (await again).map((response) => response.headers.get('x-request-id'))
  assert.deepEqual(answeredBy.sort(), ['job-1', 'job-2', 'job-3'])
  assert.equal(jobs.requests.length, 3)
})

test('a client that is cut off while its answer is repaired and asks again has the repair that is out', async () => {
  const repaired = Promise.withResolvers<string>()
  const jobs = fakeJobs({ answer: ({ id }) => (id === 'job-1' ? 'no JSON' : repaired.promise) })
  const cutOff = Promise.withResolvers<void>()
  let lines = 0
  const presence = { ...alone, attend: () => () => void (++lines === 2 && cutOff.resolve()) }
  await using proxy = await servedProxy({ jobs, settings: { abandonAfterMs: 60_000 }, presence })
  const asked = { ...hello, response_format: { type: 'json_object' } }
  const leaving = new AbortController()
  const left = post(`${proxy.url}/v1/chat/completions`, asked, leaving.signal)
  await jobs.until((views) => views[1]?.state === 'running')
  leaving.abort()
  await assert.rejects(left, { name: 'AbortError' })
  await cutOff.promise
  const again = post(`${proxy.url}/v1/chat/completions`, asked)
  repaired.resolve('{"n":1}')
  assert.equal((await (await again).json()).choices[0].message.content, '{"n":1}')
  assert.equal(jobs.requests.length, 2)
})

test('what was asked on a line is taken over by nobody who wants it kept without one: that does not outlive a restart', async () => {
  const jobs = fakeJobs()
  const noticed = Promise.withResolvers<void>()
  const presence = { ...alone, attend: () => noticed.resolve }
  await using proxy = await servedProxy({ jobs, settings: { abandonAfterMs: 60_000 }, presence })
  const leaving = new AbortController()
  const left = post(`${proxy.url}/v1/chat/completions`, hello, leaving.signal)
  await jobs.until((views) => views.length === 1)
  leaving.abort()
  await assert.rejects(left, { name: 'AbortError' })
  await noticed.promise
  const { job_id } = await (await post(`${proxy.url}/async/submit`, { payload: hello })).json()
  assert.deepEqual([job_id, jobs.requests.map(({ attended }) => attended)], ['job-2', [true, undefined]])
})

test('a server that stops cuts who waits, and leaves the jobs', async () => {
  const jobs = fakeJobs()
  const proxy = await servedProxy({ jobs, settings: { abandonAfterMs: 0 } })
  const cut = post(`${proxy.url}/v1/chat/completions`, hello)
  await jobs.until((views) => views.length === 1)
  await proxy.stop()
  await assert.rejects(cut)
  assert.equal(jobs.views()[0]?.state, 'queued')
})

/** A proxy whose answer comes when it is told to, with the clock of a long thought in milliseconds. */
const thinking = async (headersWithinMs: number) => {
  const { promise, resolve } = Promise.withResolvers<Told>()
  const proxy = await servedProxy({ jobs: fakeJobs({ answer: () => promise }), settings: { keepAliveMs: 20, headersWithinMs } })
  return { proxy, resolve }
}

test('an answer that comes in time has its own status, and no interim answer goes before it', async () => {
  const { proxy, resolve } = await thinking(60_000)
  await using _ = proxy
  const interim: number[] = []
  const asked = request(`${proxy.url}/v1/chat/completions`, { method: 'POST' }).end(JSON.stringify(hello))
  asked.on('information', ({ statusCode }) => interim.push(statusCode))
  await proxy.jobs.until(([job]) => job?.state === 'running')
  setTimeout(resolve, 100, { error: { code: 'TURN_TIMEOUT', reason: 'too late', retryable: false } })
  const [response] = await once(asked, 'response')
  response.resume()
  assert.deepEqual([interim, response.statusCode], [[], 504])
})

test('a long thought is white space before the JSON, and what goes wrong after it an error in the body', async () => {
  for (const told of ['Hello.', { error: { code: 'TURN_TIMEOUT', reason: 'too late', retryable: false } }]) {
    const { proxy, resolve } = await thinking(10)
    await using _ = proxy
    const response = await post(`${proxy.url}/v1/chat/completions`, hello)
    assert.deepEqual([response.status, response.headers.get('content-type')], [200, 'application/json'])
    setTimeout(resolve, 100, told)
    const text = await response.text()
    assert.match(text, /^ {3,}\{/)
    const { choices, error } = JSON.parse(text)
    assert.equal(
      typeof told === 'string' ? choices[0].message.content : error.code,
      typeof told === 'string' ? 'Hello.' : 'UPSTREAM_TIMEOUT',
    )
  }
})

test('a client that goes away while white space is sent cancels what is not sent', async () => {
  const jobs = fakeJobs()
  await using proxy = await servedProxy({ jobs, settings: { headersWithinMs: 1, keepAliveMs: 5, abandonAfterMs: 1 } })
  const leaving = new AbortController()
  const response = await post(`${proxy.url}/v1/chat/completions`, hello, leaving.signal)
  leaving.abort()
  await assert.rejects(response.text(), { name: 'AbortError' })
  await jobs.until(([job]) => job?.state === 'cancelled')
})

test('a long poll ends with the job, not with its wait', async () => {
  const { promise, resolve } = Promise.withResolvers<string>()
  const jobs = fakeJobs({ answer: () => promise })
  await using proxy = await servedProxy({ jobs })
  await post(`${proxy.url}/async/submit`, { payload: hello })
  const result = fetch(`${proxy.url}/async/result/job-1?wait_ms=600000`)
  await jobs.until(([job]) => job?.state === 'running')
  resolve('Hello.')
  assert.equal((await (await result).json()).result.assistant_text, 'Hello.')
})

test('an image of another server is fetched within its limit, without redirects, and never from a closed address', async () => {
  const server = createServer((request, response) => {
    if (request.url === '/away') return response.writeHead(302, { location: '/x.png' }).end()
    return response.writeHead(200, { 'content-type': 'text/plain' }).end(request.url === '/text' ? 'hello' : pixel)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const url = `http://localhost:${typeof address === 'object' && address ? address.port : 0}`
  try {
    const anywhere = fetchImage(() => true)
    assert.deepEqual(await anywhere(`${url}/x.png`, 1_000), { bytes: pixel, contentType: 'image/png' })
    assert.match(String(await anywhere(`${url}/x.png`, 10)), /more than 10 bytes/)
    assert.match(String(await anywhere(`${url}/away`, 1_000)), /answered 302/)
    assert.match(String(await anywhere(`${url}/text`, 1_000)), /is not a PNG/)
    assert.match(String(await fetchImage()(`${url}/x.png`, 1_000)), /never fetched/)
  } finally {
    server.close()
  }
})
