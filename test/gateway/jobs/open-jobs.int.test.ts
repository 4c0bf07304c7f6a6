import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MayJoin } from '../../../gateway/jobs/jobs.ts'
import { attendance } from '../../../gateway/surfaces/proxy/attendance.ts'
import { held, jobRequest, startJobs } from '../../support/jobs.ts'
import { alone } from '../../support/proxy.ts'
import { until } from '../../support/temporary.ts'

const LONG = { waitMs: 20_000 }

test('a job is queued, answered and found again with everything the page said', async () => {
  await using running = await startJobs(({ prompt }) => `# ${prompt}`)
  const { jobs } = running
  const submitted = await jobs.submit(jobRequest('hello', { model: 'gpt-b', priority: 'batch' }))
  assert.deepEqual([submitted.state, submitted.request], ['queued', { model: 'gpt-b', priority: 'batch', aggressive: false }])
  const done = await jobs.wait(submitted.id, LONG)
  assert.deepEqual([done.state, done.attempts, done.error], ['completed', 1, undefined])
  const { evidence, ...said } = done.answer ?? { evidence: [] }
  assert.deepEqual(said, { text: '# hello', html: '<p># hello</p>', model: 'gpt-test', conversation: 'https://chat.test/c/1' })
  assert.match(evidence.join(), /^sha256\/[0-9a-f]{64}$/)
  assert.deepEqual(await jobs.find(submitted.id), done)
  assert.deepEqual(
    (await jobs.metrics()).ended.map(({ id }) => id),
    [submitted.id],
  )
})

test('a job knows where its text ends also when another process tells of it', async () => {
  const limits = { stop: ['END'], maxTokens: 7 }
  await using running = await startJobs(() => 'One END')
  const { id } = await running.jobs.submit(jobRequest('hello', { limits }))
  await running.jobs.wait(id, LONG)
  assert.deepEqual((await (await running.another()).find(id))?.request.limits, limits)
})

test('what is being written and thought reaches who waits, the whole of it each time', async () => {
  const wait = Promise.withResolvers<void>()
  await using running = await startJobs(async (turn) => {
    await wait.promise
    turn.thinking('looking at it')
    turn.partial(0, 'one')
    turn.partial(3, ' two')
    turn.partial(99, 'a piece whose beginning was lost')
    return 'one two three'
  })
  const { id } = await running.jobs.submit(jobRequest('hello'))
  const [partial, thinking]: [string[], string[]] = [[], []]
  const waiting = running.jobs.wait(id, { ...LONG, onPartial: (whole) => partial.push(whole), onThinking: (label) => thinking.push(label) })
  await until(async () => (await running.jobs.find(id))?.state === 'running')
  await running.bus.connection.nc.flush()
  wait.resolve()
  assert.equal((await waiting).answer?.text, 'one two three')
  assert.deepEqual([partial, thinking], [['one', 'one two'], ['looking at it']])
})

test('who waits no longer gets the job as it stands; the job goes on', async () => {
  const { page, open } = held()
  await using running = await startJobs(page)
  const { jobs } = running
  const { id } = await jobs.submit(jobRequest('hello'))
  assert.notEqual((await jobs.wait(id, { waitMs: 10 })).state, 'completed')
  const leaving = new AbortController()
  const waiting = jobs.wait(id, { ...LONG, signal: leaving.signal })
  leaving.abort()
  assert.notEqual((await waiting).state, 'completed')
  assert.notEqual((await jobs.wait(id, { ...LONG, signal: leaving.signal })).state, 'completed')
  open()
  assert.equal((await jobs.wait(id, LONG)).state, 'completed')
})

test('what the door refuses ends in words, and does not stay in the queue', async () => {
  await using running = await startJobs(() => 'never asked')
  const { id } = await running.jobs.submit(jobRequest('hello', { model: 'm'.repeat(60_000) }))
  const { state, error } = await running.jobs.wait(id, LONG)
  assert.deepEqual([state, error?.code], ['failed', 'INTERNAL_ERROR'])
  assert.match(error?.reason ?? '', /the body has \d+ bytes/)
  assert.equal((await running.jobs.queue()).depth, 0)
})

test('a refusal that comes when nobody waits for it any more does not leave its job in the queue', async () => {
  await using running = await startJobs(() => 'never asked')
  const jobs = await running.another(undefined, { outcome: async () => ({ kind: 'pending' }), refusalOf: () => undefined })
  const { id } = await jobs.submit(jobRequest('hello', { model: 'm'.repeat(60_000) }))
  assert.equal((await jobs.wait(id, LONG)).state, 'failed')
  assert.equal((await jobs.queue()).depth, 0)
})

test('a request that cannot be one is thrown out before anything is stored', async () => {
  await using running = await startJobs(() => 'never asked')
  await assert.rejects(running.jobs.submit(jobRequest('hello', { conversation: { kind: 'resume', url: 'no url' } })), /Invalid URL/)
  assert.equal((await running.jobs.queue()).depth, 0)
  assert.equal((await running.bus.connection.jsm.streams.info('DOOR')).state.messages, 0)
})

test('an unanswered job says why, and until when no new try can help', async () => {
  const reason = { code: 'LANE_UNAVAILABLE', reason: 'too many requests', until: '2026-01-01T12:00:00.000Z' } as const
  await using running = await startJobs(() => reason)
  const { id } = await running.jobs.submit(jobRequest('hello'))
  assert.deepEqual((await running.jobs.wait(id, LONG)).error, { retryable: false, ...reason })
})

test('who may join is asked of all earlier jobs, the newest first, before the next judge is; a job that is cancelled meanwhile is not had', async () => {
  const { page, open } = held()
  await using running = await startJobs(page)
  const { jobs } = running
  const ask = (...mayJoin: MayJoin[]) => jobs.submit(jobRequest('hello', { attended: true }), 'key', ...mayJoin)
  const [one, other] = [await ask(), await ask(async () => false)]
  await until(async () => (await jobs.find(one.id))?.state === 'running')
  const asked: string[] = []
  const never: MayJoin = async ({ id }) => {
    asked.push(id)
    return false
  }
  assert.equal((await ask(never, async ({ id }) => id === one.id)).id, one.id)
  assert.deepEqual(asked, [other.id, one.id])
  const left = attendance({ jobs, presence: alone, abandonAfterMs: 1, log: assert.fail })
  const leaving = AbortSignal.abort()
  await assert.rejects(left.follow(other.id, { signal: leaving }), { name: 'ClientGone' })
  await until(async () => (await jobs.find(other.id))?.state === 'cancelled')
  assert.equal(await left.join(other), false, 'it was seen before it was cancelled')
  open()
  assert.equal((await jobs.wait(one.id, LONG)).state, 'completed')
})

test('a job that is kept is not its line’s any more, for a new process either', async () => {
  const { page } = held()
  await using running = await startJobs(page)
  const { id, request } = await running.jobs.submit(jobRequest('hello', { attended: true }))
  assert.equal(request.attended, true)
  await running.jobs.keep(id)
  for (const jobs of [running.jobs, await running.another()]) assert.equal((await jobs.find(id))?.request.attended, undefined)
})

test('what one process keeps no other one cancels for a client that left, though its client may', async () => {
  await using running = await startJobs(held().page)
  const [first, other] = [running.jobs, await running.another()]
  await first.submit(jobRequest('it is before it in the lane'))
  const { id } = await first.submit(jobRequest('hello', { attended: true }))
  const [kept, left] = await Promise.all([other.keep(id), first.cancel(id, 'the client that asked went away', { unlessKept: true })])
  assert.equal(kept, left.state !== 'cancelled', 'whichever came first, both know')
  assert.equal((await first.cancel(id, 'its client cancelled it')).state, 'cancelled')
})

test('a task is no job, although its questions wait in the same lane', async () => {
  await using running = await startJobs(() => 'never asked')
  running.bus.connection.nc.publish('task.created', JSON.stringify({ id: 'task-1', title: 'x' }))
  await running.bus.until('task.created', 'task-1')
  assert.equal(await running.jobs.find('task-1'), undefined)
  await assert.rejects(running.jobs.cancel('task-1', ''), /there is no job/)
})

test('the lane is what its worker reported; without a worker the page cannot be looked at, in words', async () => {
  await using running = await startJobs(() => 'never asked')
  assert.equal((await running.jobs.lane()).state, 'unknown')
  await running.bus.emit('lane.changed', 'lane-browser', { lane: 'browser', state: 'ready', reason: 'signed in', site: 'chatgpt' })
  assert.deepEqual([(await running.jobs.lane()).state, (await running.jobs.lane()).site], ['ready', 'chatgpt'])
  await assert.rejects(running.jobs.workerState(), /no browser worker runs on this bus/)
  assert.deepEqual(running.jobs.models(), ['cortex', 'gpt-b'])
})
