import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Backpressure, type JobView, repairKey } from '../../../gateway/jobs/jobs.ts'
import { held, jobRequest, numbered, startJobs } from '../../support/jobs.ts'
import { roomyDisk } from '../../support/stubs.ts'
import { until } from '../../support/temporary.ts'

const LONG = { waitMs: 20_000 }
const withoutTimes = ({ state, position, attempts }: JobView): Partial<JobView> => ({ state, position, attempts })

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
  const keys: unknown[] = []
  const refused = jobs.submit(jobRequest('other'), 'key.other', async ({ request }) => {
    keys.push(request.key)
    throw new Error('another question')
  })
  await assert.rejects(refused, /another question/, 'a key of the same name is looked at')
  assert.deepEqual(keys, ['key'])
  await assert.rejects(jobs.submit(jobRequest('other'), 'other key'), Backpressure)
  await assert.rejects(
    jobs.submit(jobRequest('hello'), 'key', async () => false),
    Backpressure,
    'one that joins none is new',
  )
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

test('a job can be joined until shortly after its repair has ended, by a new process, too', async () => {
  const gate = Promise.withResolvers<void>()
  let past = 0
  const later = (): Date => new Date(Date.now() + past)
  const page = async ({ prompt }: { prompt: string }): Promise<string> => {
    if (prompt === 'repair') await gate.promise
    return `answer to ${prompt}`
  }
  await using running = await startJobs(page, 120, roomyDisk, later)
  const ask = (jobs = running.jobs) => jobs.submit(jobRequest('hello'), 'key')
  const first = await ask()
  await running.jobs.wait(first.id, LONG)
  const repair = await running.jobs.submit(jobRequest('repair'), repairKey(first.id))
  await until(async () => (await running.jobs.find(repair.id))?.state === 'running')
  past = 60_000
  assert.equal((await ask()).id, first.id)
  assert.equal((await ask(await running.another())).id, first.id)
  gate.resolve()
  await running.jobs.wait(repair.id, LONG)
  past = 5_000
  assert.equal((await ask()).id, first.id)
  past = 60_000
  assert.notEqual((await ask()).id, first.id)
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
