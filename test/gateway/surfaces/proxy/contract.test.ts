import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fakeJobs } from '../../../support/fake-jobs.ts'
import { givenProxy, hello, pixelUrl } from '../../../support/proxy.ts'

const submit = '/async/submit'

test('a submitted job has an id, links, and a result that can be waited for', async () => {
  const { ask } = givenProxy()
  const taken = await ask(submit, { payload: hello })
  const { job_id, status, position, links } = await taken.json()
  assert.deepEqual([taken.status, job_id, status, position], [202, 'job-1', 'queued', 1])
  assert.deepEqual(links, { status: '/async/status/job-1', result: '/async/result/job-1', cancel: '/async/cancel/job-1' })
  const result = await ask(`${links.result}?wait_ms=5000`)
  assert.deepEqual([result.status, (await result.json()).result.assistant_text], [200, 'Hello.'])
  assert.equal((await (await ask(links.status)).json()).status, 'completed')
})

test('a result that is not there yet is 202, at once or after the wait', async () => {
  const { ask } = givenProxy({ jobs: fakeJobs() })
  await ask(submit, { payload: hello })
  assert.equal((await ask('/async/result/job-1')).status, 202)
  assert.equal((await ask('/async/result/job-1?wait_ms=20')).status, 202)
  for (const wait of ['x', '-1', '600001', '1.5']) assert.equal((await ask(`/async/result/job-1?wait_ms=${wait}`)).status, 400, wait)
  assert.equal((await ask('/async/result/job-1?wait=5')).status, 400, 'a name that the route does not know')
})

test('a job there is not is JOB_NOT_FOUND everywhere', async () => {
  const { ask } = givenProxy()
  for (const [path, body] of [['/async/status/none'], ['/async/result/none'], ['/async/cancel/none', {}]] as const) {
    const response = await ask(path, body)
    const { status, error } = await response.json()
    assert.deepEqual([response.status, status, error.code, error.retryable], [404, 'error', 'JOB_NOT_FOUND', false])
  }
})

test('an aggressive job carries its page, its screenshot and what is known so far', async () => {
  const { ask, jobs } = givenProxy()
  const response = await ask(submit, {
    payload: { model: 'gpt-other', messages: hello.messages },
    priority: 'retry',
    aggressive: { enabled: true, fallbackReason: 'width is null', confidenceBefore: 0.4 },
    dom: '<table/>',
    screenshot: pixelUrl,
    domAnchor: '#spec',
    screenshotRegion: { x: 1 },
    reasoningNote: 'look twice',
    timeout_ms: 60_000,
  })
  assert.deepEqual((await response.json()).request, { model: 'gpt-other', priority: 'retry', aggressive: true })
  const { aggressive, prompt, priority, timeoutMs } = jobs.requests[0] ?? assert.fail('nothing was asked')
  assert.deepEqual([priority, timeoutMs], ['retry', 60_000])
  assert.deepEqual([aggressive?.enabled, aggressive?.dom, aggressive?.confidenceBefore], [true, '<table/>', 0.4])
  assert.equal(aggressive?.screenshot?.contentType, 'image/png')
  for (const text of ['Hello World', '#spec', '{"x":1}', 'look twice', '"evidence"']) assert.ok(prompt.includes(text), text)
})

test('all that is wrong with a submission is told in the shape of the contract', async () => {
  const { ask } = givenProxy()
  const shape = await ask(submit, { priority: 'now', aggressive: { enabled: 'yes' } })
  const { status, error } = await shape.json()
  assert.deepEqual([shape.status, status, error.code, error.details.faults.length], [400, 'error', 'INVALID_REQUEST', 3])
  const deep = await (await ask(submit, { payload: { messages: [{ role: 'x' }] }, screenshot: 'x', previous_job_id: 'none' })).json()
  const params = deep.error.details.faults.map(({ param }: { param: string }) => param)
  assert.deepEqual(params, ['screenshot', 'previous_job_id', 'payload.messages.0.role'])
})

test('a job goes on in the conversation of an earlier one', async () => {
  const jobs = fakeJobs({ answer: () => ({ text: 'Yes.', conversation: 'https://chat/c/1' }) })
  const { ask } = givenProxy({ jobs })
  await ask(submit, { payload: hello })
  await ask('/async/result/job-1?wait_ms=5000')
  await ask(submit, { payload: hello, previous_job_id: 'job-1' })
  assert.deepEqual(jobs.requests[1]?.conversation, { kind: 'resume', url: 'https://chat/c/1' })
})

test('a queued job is cancelled; one that is sent is finished and kept', async () => {
  const { promise, resolve } = Promise.withResolvers<string>()
  const jobs = fakeJobs({
    answer: (turn) => {
      turn.send()
      return promise
    },
  })
  const { ask } = givenProxy({ jobs })
  await ask(submit, { payload: hello })
  await ask(submit, { payload: { ...hello, seed: 2 } })
  await jobs.until(([first]) => first?.sentAt !== undefined)
  const queued = await (await ask('/async/cancel/job-2', {})).json()
  assert.deepEqual([queued.status, queued.cancelled], ['cancelled', true])
  const sent = await (await ask('/async/cancel/job-1', {})).json()
  assert.deepEqual([sent.status, sent.cancelled], ['running', false])
  resolve('Finished.')
  const kept = await (await ask('/async/result/job-1?wait_ms=5000')).json()
  assert.equal(kept.result.assistant_text, 'Finished.')
  const gone = await ask('/async/result/job-2')
  assert.deepEqual([gone.status, (await gone.json()).error.code], [409, 'JOB_CANCELLED'])
})

test('queue, state and metrics tell where everything is', async () => {
  const jobs = fakeJobs({ limit: 2 })
  jobs.laneView = { state: 'rate_limited', reason: 'the page says so', until: '2026-01-01T00:00:00Z' }
  const { ask } = givenProxy({ jobs })
  await ask(submit, { payload: hello })
  await ask(submit, { payload: { ...hello, seed: 2 } })
  const queue = await (await ask('/async/queue')).json()
  assert.deepEqual([queue.depth, queue.limit, queue.running], [2, 2, null])
  assert.deepEqual(
    queue.waiting.map(({ job_id }: { job_id: string }) => job_id),
    ['job-1', 'job-2'],
  )
  const state = await (await ask('/async/state')).json()
  assert.deepEqual([state.state, state.until, state.queue.depth], ['rate_limited', '2026-01-01T00:00:00Z', 2])
  assert.equal((await (await ask('/async/metrics')).json()).ended, 0)
  const full = await ask(submit, { payload: { ...hello, seed: 3 } })
  assert.deepEqual([full.status, full.headers.get('retry-after'), (await full.json()).error.code], [429, '1', 'QUEUE_BACKPRESSURE'])
})

test('health tells the lane and the queue, and says when they cannot be asked', async () => {
  const { ask, jobs } = givenProxy()
  for (const path of ['/', '/health']) {
    const body = await (await ask(path)).json()
    assert.deepEqual([body.status, body.lane.state, body.queue.depth], ['ok', 'ready', 0])
  }
  jobs.lane = () => Promise.reject(new Error('the bus is gone'))
  const broken = await ask('/health')
  assert.deepEqual([broken.status, (await broken.json()).reason], [503, 'the bus is gone'])
})

test('the state of the worker is passed on, and its silence told', async () => {
  const open = givenProxy({ jobs: fakeJobs({ workerState: () => ({ ready: true, url: 'https://chat/' }) }) })
  assert.deepEqual(await (await open.ask('/debug/worker-state')).json(), { ready: true, url: 'https://chat/' })
  const silent = await givenProxy().ask('/debug/worker-state')
  assert.deepEqual([silent.status, (await silent.json()).error.code], [503, 'UPSTREAM_UNAVAILABLE'])
})
