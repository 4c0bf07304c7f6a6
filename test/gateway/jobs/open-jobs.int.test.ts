import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Backpressure, type JobView } from '../../../gateway/surfaces/proxy/jobs.ts'
import { jobRequest, type ScriptedTurn, startJobs, type Told } from '../../support/jobs.ts'
import { until } from '../../support/temporary.ts'

const LONG = { waitMs: 20_000 }

/** A page that begins a turn and then waits until `open` is called. */
const held = (answer: (turn: ScriptedTurn) => Told = ({ prompt }) => `answer to ${prompt}`) => {
  const gate = Promise.withResolvers<void>()
  const page = async (turn: ScriptedTurn): Promise<Told> => {
    await gate.promise
    return answer(turn)
  }
  return { page, open: () => gate.resolve() }
}
const numbered = (n: number): string[] => Array.from({ length: n }, (_, index) => `question ${index}`)
const withoutTimes = ({ state, position, attempts }: JobView): Partial<JobView> => ({ state, position, attempts })

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

test('twenty jobs at once are answered in the order in which they were asked for, one at a time', async () => {
  let [inside, most] = [0, 0]
  await using running = await startJobs(async ({ prompt }) => {
    most = Math.max(most, ++inside)
    await new Promise((resolve) => setTimeout(resolve, 2))
    inside--
    return prompt
  })
  const { jobs, prompts } = running
  const submitted = await Promise.all(numbered(20).map((prompt) => jobs.submit(jobRequest(prompt))))
  const done = await Promise.all(submitted.map(({ id }) => jobs.wait(id, { waitMs: 60_000 })))
  assert.deepEqual(
    done.map(({ answer }) => answer?.text),
    numbered(20),
  )
  assert.deepEqual([prompts, most], [numbered(20), 1])
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

test('a job that was cancelled while it waited is over at once, never sent, and in nobody’s way', async () => {
  const { page, open } = held()
  await using running = await startJobs(page, 2)
  const { jobs, prompts } = running
  const first = await jobs.submit(jobRequest('first'))
  await until(() => prompts.length === 1)
  const [second, third] = [await jobs.submit(jobRequest('second')), await jobs.submit(jobRequest('third'))]
  await assert.rejects(jobs.submit(jobRequest('fourth')), Backpressure)
  const cancelled = await jobs.cancel(second.id, 'not needed')
  assert.deepEqual([cancelled.state, cancelled.error], ['cancelled', { code: 'CANCELLED', reason: 'not needed', retryable: false }])
  assert.equal((await jobs.wait(second.id, LONG)).state, 'cancelled')
  assert.deepEqual(withoutTimes((await jobs.find(third.id)) ?? cancelled), { state: 'queued', position: 1, attempts: undefined })
  const fourth = await jobs.submit(jobRequest('fourth'))
  open()
  for (const { id } of [first, third, fourth]) assert.equal((await jobs.wait(id, LONG)).state, 'completed')
  assert.deepEqual(prompts, ['first', 'third', 'fourth'])
  assert.equal((await jobs.find(second.id))?.state, 'cancelled')
})

test('a job that was sent is finished, whoever cancels it', async () => {
  const { page, open } = held()
  await using running = await startJobs(page)
  const { id } = await running.jobs.submit(jobRequest('hello'))
  await until(async () => (await running.jobs.find(id))?.state === 'running')
  assert.equal((await running.jobs.cancel(id, 'too slow')).state, 'running')
  open()
  assert.equal((await running.jobs.wait(id, LONG)).state, 'completed')
  await assert.rejects(running.jobs.cancel('job-nobody', ''), /there is no job job-nobody/)
})

test('the queue shows what runs and what waits, in order', async () => {
  const { page, open } = held()
  await using running = await startJobs(page)
  const { jobs, prompts } = running
  assert.deepEqual(await jobs.queue(), { depth: 0, limit: 120, waiting: [] })
  const ids: string[] = []
  for (const prompt of numbered(3)) ids.push((await jobs.submit(jobRequest(prompt))).id)
  await until(() => prompts.length === 1)
  await until(async () => (await jobs.queue()).depth === 2)
  const { running: now, waiting, depth } = await jobs.queue()
  assert.deepEqual(
    [now?.id, depth, waiting.map(({ id, position }) => [id, position])],
    [
      ids[0],
      2,
      [
        [ids[1], 1],
        [ids[2], 2],
      ],
    ],
  )
  open()
  for (const id of ids) await jobs.wait(id, LONG)
  assert.deepEqual(await jobs.queue(), { depth: 0, limit: 120, waiting: [] })
})

test('more jobs than may wait are told to come again; all that were taken are answered', async () => {
  const { page, open } = held()
  await using running = await startJobs(page, 5)
  const { jobs, prompts } = running
  const settled = await Promise.allSettled(numbered(12).map((prompt) => jobs.submit(jobRequest(prompt))))
  const taken = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value.id] : []))
  const refused = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
  // The first may run already when the last is asked for.
  assert.ok(taken.length === 5 || taken.length === 6, `${taken.length} were taken`)
  for (const reason of refused) assert.ok(reason instanceof Backpressure && reason.depth === 5 && reason.retryAfterMs > 0, String(reason))
  open()
  for (const id of taken) assert.equal((await jobs.wait(id, LONG)).state, 'completed')
  assert.equal(prompts.length, taken.length)
})

test('the same key is the same job while it runs and shortly after, also when the queue is full', async () => {
  const { page, open } = held()
  await using running = await startJobs(page, 1)
  const { jobs, prompts } = running
  await jobs.submit(jobRequest('before'))
  await until(() => prompts.length === 1)
  const [one, again] = await Promise.all([jobs.submit(jobRequest('hello'), 'key'), jobs.submit(jobRequest('hello'), 'key')])
  assert.equal(again.id, one.id)
  await assert.rejects(jobs.submit(jobRequest('other'), 'other key'), Backpressure)
  await assert.rejects(jobs.submit(jobRequest('hello'), 'key', true), Backpressure, 'a new one joins none')
  open()
  assert.equal((await jobs.wait(one.id, LONG)).state, 'completed')
  const after = await jobs.submit(jobRequest('hello'), 'key')
  assert.deepEqual([after.id, after.answer?.text], [one.id, 'answer to hello'])
  assert.deepEqual(prompts, ['before', 'hello'])
})

test('a repetition finds its job while the disk has no room for another one', async () => {
  const { page, open } = held()
  let shortage: string | undefined
  await using running = await startJobs(page, 120, { shortage: async () => shortage })
  const { jobs, prompts } = running
  const { id } = await jobs.submit(jobRequest('hello'), 'key')
  shortage = 'the disk has 1 MB left'
  await assert.rejects(jobs.submit(jobRequest('other'), 'other key'), /nothing was stored: the disk has 1 MB left/)
  assert.equal((await jobs.submit(jobRequest('hello'), 'key')).id, id)
  open()
  assert.equal((await jobs.wait(id, LONG)).state, 'completed')
  assert.equal((await jobs.submit(jobRequest('hello'), 'key')).answer?.text, 'answer to hello')
  assert.deepEqual(prompts, ['hello'])
})

test('a job that failed or was cancelled is not what a second try gets', async () => {
  let tries = 0
  const { page, open } = held(() => (++tries === 1 ? { code: 'ANSWER_FAILED', reason: 'the page said so' } : 'well'))
  await using running = await startJobs(page)
  const { jobs } = running
  const first = await jobs.submit(jobRequest('hello'), 'key')
  const other = await jobs.submit(jobRequest('wait'), 'wait')
  await jobs.cancel(other.id, '')
  assert.notEqual((await jobs.submit(jobRequest('wait'), 'wait')).id, other.id)
  open()
  assert.deepEqual((await jobs.wait(first.id, LONG)).error, { code: 'ANSWER_FAILED', reason: 'the page said so', retryable: false })
  const second = await jobs.submit(jobRequest('hello'), 'key')
  assert.notEqual(second.id, first.id)
  assert.equal((await jobs.wait(second.id, LONG)).state, 'completed')
})

test('a new process finds what waits and runs again, with its order and its keys, and what ended before', async () => {
  let count = 0
  const gate = Promise.withResolvers<void>()
  await using running = await startJobs(async ({ prompt }) => {
    if (count++ > 0) await gate.promise
    return `answer to ${prompt}`
  })
  const ended = await running.jobs.submit(jobRequest('ended'))
  await running.jobs.wait(ended.id, LONG)
  const ids: string[] = []
  for (const prompt of numbered(3)) ids.push((await running.jobs.submit(jobRequest(prompt), `key of ${prompt}`)).id)
  await until(async () => (await running.jobs.queue()).running?.id === ids[0] && (await running.jobs.queue()).depth === 2)
  const cancelled = ids[1] ?? ''
  await running.jobs.cancel(cancelled, 'not needed')

  const jobs = await running.another()
  assert.deepEqual((await jobs.find(ended.id))?.answer?.text, 'answer to ended')
  const { running: now, waiting } = await jobs.queue()
  assert.deepEqual([now?.id, waiting.map(({ id, position }) => [id, position])], [ids[0], [[ids[2], 1]]])
  assert.equal((await jobs.find(cancelled))?.state, 'cancelled')
  assert.equal((await jobs.submit(jobRequest('question 2'), 'key of question 2')).id, ids[2])
  const waited = jobs.wait(ids[2] ?? '', LONG)
  gate.resolve()
  assert.equal((await waited).answer?.text, 'answer to question 2')
  assert.equal((await jobs.wait(ids[0] ?? '', LONG)).state, 'completed')
  assert.deepEqual(running.prompts, ['ended', 'question 0', 'question 2'])
})

test('what happens while a new process reads the stories is not lost to it', async () => {
  const gate = Promise.withResolvers<void>()
  await using running = await startJobs(async ({ prompt }) => {
    if (prompt === 'first') await gate.promise
    else await new Promise(() => undefined)
    return 'answered meanwhile'
  })
  const first = await running.jobs.submit(jobRequest('first'))
  const second = await running.jobs.submit(jobRequest('second'))
  await until(async () => (await running.jobs.queue()).depth === 1)
  const isRead = Promise.withResolvers<void>()
  const jobs = await running.another((folds) => ({
    ...folds,
    // The first story is read as it was before its answer, the second one as it is after it.
    facts: async (id) => {
      if (id === second.id) await isRead.promise
      const facts = await folds.facts(id)
      if (id === first.id) {
        gate.resolve()
        await until(() => running.prompts.length === 2)
        isRead.resolve()
      }
      return facts
    },
  }))
  assert.equal((await jobs.wait(first.id, LONG)).answer?.text, 'answered meanwhile')
  assert.equal((await jobs.queue()).running?.id, second.id)
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
