import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connectBus } from '../../../bus/jetstream/connect.ts'
import { presenceOn } from '../../../bus/jetstream/presence.ts'
import { attendance } from '../../../gateway/surfaces/proxy/attendance.ts'
import { quiet } from '../../support/bus.ts'
import { fakeJobs } from '../../support/fake-jobs.ts'
import { startNats } from '../../support/nats.ts'
import { natsServerForTests } from '../../support/tools.ts'

const request = { prompt: 'Hello', images: [], model: 'gpt-test', timeoutMs: 1_000, priority: 'interactive', attended: true } as const

test('a process that starts beside another one leaves the jobs of its clients, and takes those of one that is gone', async () => {
  await using nats = await startNats(natsServerForTests(), {})
  const jobs = fakeJobs()
  const process = async () => {
    const connection = await connectBus({ url: nats.url, name: 'test', log: quiet })
    return { connection, ...attendance({ jobs, presence: presenceOn(connection), abandonAfterMs: 1, log: assert.fail }) }
  }
  const [first, second] = await Promise.all([process(), process()])
  const { id } = await jobs.submit(request)
  const following = first.follow(id, { signal: new AbortController().signal })
  await first.connection.nc.flush()
  const nobodys = await jobs.submit(request)
  await second.clearUp()
  assert.deepEqual(
    jobs.cancelled.map((job) => job.id),
    [nobodys.id],
  )
  await first.connection.close()
  await second.clearUp()
  assert.deepEqual(
    jobs.cancelled.map((job) => job.id),
    [nobodys.id, id],
  )
  assert.equal((await following).state, 'cancelled')
  await second.connection.close()
})
