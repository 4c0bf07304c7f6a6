import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { type Jobs, repairKey } from '../../../../gateway/jobs/jobs.ts'
import { attendance } from '../../../../gateway/surfaces/proxy/attendance.ts'
import { submitKept } from '../../../../gateway/surfaces/proxy/submit-question.ts'
import { fakeJobs } from '../../../support/fake-jobs.ts'
import { alone } from '../../../support/proxy.ts'

const request = { prompt: 'Hello', images: [], model: 'gpt-test', timeoutMs: 1_000, priority: 'interactive' } as const
const abandonAfterMs = 1_500

/** Time stands still but for what the test lets go by. */
const given = async ({ stopping }: { stopping?: AbortSignal } = {}) => {
  mock.timers.enable({ apis: ['setTimeout'] })
  const jobs = fakeJobs()
  const view = await jobs.submit({ ...request, attended: true })
  const { follow, keep } = attendance({ jobs, presence: alone, abandonAfterMs, stopping, log: assert.fail })
  const come = () => {
    const connection = new AbortController()
    const ended = follow(view.id, { signal: connection.signal })
    const leave = async () => {
      connection.abort()
      await assert.rejects(ended, { name: 'ClientGone' })
    }
    return { leave, ended }
  }
  const pass = async (ms: number) => {
    mock.timers.tick(ms)
    await new Promise(setImmediate)
  }
  return { jobs, view, keep, come, pass, [Symbol.dispose]: () => mock.timers.reset() }
}

test('a queued job is cancelled a moment after its client left', async () => {
  using around = await given()
  await around.come().leave()
  await around.pass(abandonAfterMs - 1)
  assert.equal(around.jobs.cancelled.length, 0)
  await around.pass(1)
  assert.equal(around.jobs.cancelled[0]?.id, around.view.id)
})

test('a client that comes back in time keeps the job', async () => {
  using around = await given()
  await around.come().leave()
  const again = around.come()
  await around.pass(abandonAfterMs)
  assert.equal(around.jobs.cancelled.length, 0)
  await again.leave()
  await around.pass(abandonAfterMs)
  assert.equal(around.jobs.cancelled.length, 1)
})

test('the last of several clients takes the job along, not the first', async () => {
  using around = await given()
  const [one, other] = [around.come(), around.come()]
  await one.leave()
  await around.pass(abandonAfterMs)
  assert.equal(around.jobs.cancelled.length, 0)
  await other.leave()
  await around.pass(abandonAfterMs)
  assert.equal(around.jobs.cancelled.length, 1)
})

test('what was asked on a line that is gone is taken over once, and kept for the one who does', async () => {
  const { promise, resolve } = Promise.withResolvers<string>()
  const jobs = fakeJobs({
    answer: (turn) => {
      turn.send()
      return promise
    },
  })
  const { follow, takeOver } = attendance({ jobs, presence: alone, abandonAfterMs: 0, log: assert.fail })
  const view = await jobs.submit({ ...request, attended: true })
  await jobs.until(([job]) => job?.sentAt !== undefined)
  const taken = async (): Promise<boolean> => takeOver((await jobs.find(view.id)) ?? assert.fail())
  const leaving = new AbortController()
  const lost = assert.rejects(follow(view.id, { signal: leaving.signal }), { name: 'ClientGone' })
  assert.ok(!(await taken()), 'its client is there')
  leaving.abort()
  await lost
  assert.deepEqual([await taken(), await taken()], [true, false])
  const again = new AbortController()
  const lostAgain = assert.rejects(follow(view.id, { signal: again.signal }), { name: 'ClientGone' })
  again.abort()
  await lostAgain
  resolve('Late.')
  await jobs.until(([job]) => job?.state === 'completed')
  assert.ok(await taken(), 'nobody has read it')
  await follow(view.id, { signal: new AbortController().signal })
  assert.ok(!(await taken()), 'it was read')
})

test('what was asked without an open line is taken over by nobody, and neither is what is asked for by its id', async () => {
  const jobs = fakeJobs()
  const { keep, takeOver } = attendance({ jobs, presence: alone, abandonAfterMs: 0, log: assert.fail })
  const [plain, attended] = [await jobs.submit(request), await jobs.submit({ ...request, attended: true })]
  await keep(attended)
  assert.deepEqual([await takeOver(plain), await takeOver(attended)], [false, false])
})

/** A job that is not sent, whose client has left, and whose cancelling stands still at this step until `goOn` is called. */
const givenLeaving = async (step: 'find' | 'cancel', jobs = fakeJobs()) => {
  const [asked, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const view = await jobs.submit({ ...request, attended: true })
  let isFirst = true
  const reach = async (reached: typeof step): Promise<void> => {
    if (reached !== step || !isFirst) return
    isFirst = false
    asked.resolve()
    await gate.promise
  }
  const slow: Pick<Jobs, 'find' | 'cancel'> = {
    find: (id) => reach('find').then(() => jobs.find(id)),
    cancel: (...all) => reach('cancel').then(() => jobs.cancel(...all)),
  }
  const { follow, ...around } = attendance({ jobs: { ...jobs, ...slow }, presence: alone, abandonAfterMs: 0, log: assert.fail })
  const leaving = new AbortController()
  const lost = assert.rejects(follow(view.id, { signal: leaving.signal }), { name: 'ClientGone' })
  leaving.abort()
  await lost
  await asked.promise
  return { ...around, jobs, view, goOn: gate.resolve }
}

for (const way of ['takeOver', 'join'] as const) {
  test(`what is asked for again (${way}) before its cancelling has begun is not cancelled`, async () => {
    const { jobs, view, goOn, ...around } = await givenLeaving('find')
    assert.ok(await around[way](view))
    goOn()
    await new Promise(setImmediate)
    assert.deepEqual([jobs.cancelled.length, (await jobs.find(view.id))?.state], [0, 'queued'])
  })

  test(`what is asked for again (${way}) while it is being cancelled is not promised`, async () => {
    const { view, goOn, ...around } = await givenLeaving('cancel')
    const again = around[way](view)
    await new Promise(setImmediate)
    goOn()
    assert.equal(await again, false)
  })
}

test('a cancelling that comes too late for a job leaves it to who asks again', async () => {
  const typed = Promise.withResolvers<void>()
  const played = fakeJobs({
    answer: async (turn) => {
      await typed.promise
      turn.send()
      return 'Late.'
    },
  })
  const { jobs, view, goOn, takeOver } = await givenLeaving('cancel', played)
  const again = takeOver(view)
  typed.resolve()
  await jobs.until(([job]) => job?.sentAt !== undefined)
  goOn()
  assert.ok(await again)
  assert.equal(jobs.cancelled.length, 0)
})

test('a job that is asked for by its id outlives connections', async () => {
  using around = await given()
  await around.keep(around.view)
  await around.come().leave()
  await around.pass(abandonAfterMs)
  assert.equal(around.jobs.cancelled.length, 0)
})

test('a proxy whose client left cancels nothing that another one keeps before its word is heard', async () => {
  const { jobs, view, goOn } = await givenLeaving('cancel')
  const other = attendance({ jobs, presence: alone, abandonAfterMs, log: assert.fail })
  assert.ok(await other.keep(view))
  goOn()
  await new Promise(setImmediate)
  assert.equal((await jobs.find(view.id))?.state, 'queued')
})

test('what another proxy had cancelled before it was kept is asked anew', async () => {
  const jobs = fakeJobs()
  const key = { key: 'key', isRepeated: true }
  const first = await jobs.submit({ ...request, attended: true }, key.key)
  const around = attendance({ jobs, presence: alone, abandonAfterMs, log: assert.fail })
  const keep: typeof around.keep = async (job) => {
    if (job.id === first.id) await jobs.cancel(job.id, 'the client that asked went away', { unlessKept: true })
    return around.keep(job)
  }
  const { id, state } = await submitKept({ jobs, attendance: { ...around, keep } }, request, key)
  assert.notEqual(id, first.id)
  assert.equal(state, 'queued')
})

test('a job is wanted as long as one of its askers wants it: neither who leaves nor a start cancels what is asked for by its id', async () => {
  const jobs = fakeJobs()
  const view = await jobs.submit({ ...request, attended: true })
  await attendance({ jobs, presence: alone, abandonAfterMs: 0, log: assert.fail }).keep(view)
  const looked = Promise.withResolvers<void>()
  const find: typeof jobs.find = (id) => jobs.find(id).finally(() => setImmediate(looked.resolve))
  const { clearUp, follow } = attendance({ jobs: { ...jobs, find }, presence: alone, abandonAfterMs: 0, log: assert.fail })
  await clearUp()
  await assert.rejects(follow(view.id, { signal: AbortSignal.abort() }), { name: 'ClientGone' })
  // Who looks whether the job is still wanted has decided a moment after.
  await looked.promise
  assert.deepEqual(jobs.cancelled, [])
})

test('when the server stops, nobody has left', async () => {
  const stopping = new AbortController()
  using around = await given({ stopping: stopping.signal })
  stopping.abort()
  await around.come().leave()
  await around.pass(abandonAfterMs)
  assert.equal(around.jobs.cancelled.length, 0)
})

test('after a start, what was asked on a line that is gone is cancelled, and what is asked for by its id stays', async () => {
  const jobs = fakeJobs()
  const attended = await jobs.submit({ ...request, attended: true })
  await jobs.submit(request)
  const retried = await jobs.submit({ ...request, attended: true })
  const { clearUp, follow } = attendance({ jobs, presence: alone, abandonAfterMs: 1, log: assert.fail })
  const back = new AbortController()
  const following = follow(retried.id, { signal: back.signal })
  await clearUp()
  assert.deepEqual(
    jobs.cancelled.map(({ id }) => id),
    [attended.id],
  )
  back.abort()
  await assert.rejects(following, { name: 'ClientGone' })
})

test('after a start, what was being repaired is taken over by who asks it again, and has its repair', async () => {
  const repaired = Promise.withResolvers<string>()
  const jobs = fakeJobs({ answer: ({ id }) => (id === 'job-1' ? 'no JSON' : repaired.promise) })
  const first = await jobs.submit({ ...request, attended: true })
  await jobs.wait(first.id, { waitMs: 1_000 })
  await jobs.submit({ ...request, attended: true }, repairKey(first.id))
  await jobs.until((views) => views[1]?.state === 'running')
  const { clearUp, takeOver } = attendance({ jobs, presence: alone, abandonAfterMs: 1, log: assert.fail })
  await clearUp()
  assert.ok(await takeOver((await jobs.find(first.id)) ?? assert.fail()))
  repaired.resolve('{}')
})
