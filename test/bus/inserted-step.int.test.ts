import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readAll } from '../../bus/jetstream/read.ts'
import { startBus, type TestBus } from '../support/bus.ts'
import { newer, newerCatalogue, newerPath, older, olderPath, olderWithTrouble } from '../support/inserted-step.ts'
import { until } from '../support/temporary.ts'

type Bus = TestBus<typeof newerCatalogue>

const pause = ({ connection }: Bus, name: string) => connection.jsm.consumers.pause('EVENTS', name, new Date(Date.now() + 3_600_000))
const resume = ({ connection }: Bus, name: string) => connection.jsm.consumers.resume('EVENTS', name)

/** Stories that stand at every stage of the older system, whose process is gone. */
const standing = async (): Promise<Bus> => {
  const bus = await startBus(newerCatalogue, olderWithTrouble(6000))
  const begin = async (id: string, last: keyof typeof newerCatalogue): Promise<void> => {
    await bus.emit('task.created', id, { n: 1 })
    await bus.until(last, id)
  }
  await begin('done', 'link.third')
  await begin('late', 'link.first')
  await until(async () => (await readAll(bus.connection, 'EVENTS', ['sched.second.late.>'])).length === 1)
  await begin('held', 'link.first')
  await until(() => bus.runtime.running().some(({ story }) => story === 'held'))
  await pause(bus, 'third')
  await begin('at-second', 'link.second')
  await pause(bus, 'second')
  await begin('at-first', 'link.first')
  await pause(bus, 'first')
  await begin('at-created', 'task.created')
  await bus.runtime.stop()
  for (const name of ['first', 'second', 'third']) await resume(bus, name)
  return bus
}

const told = async (bus: Bus, id: string): Promise<string[]> => (await bus.facts(id)).map(({ type }) => type)

const ways: Readonly<Record<string, readonly string[]>> = {
  done: olderPath,
  'at-second': olderPath,
  'at-first': newerPath,
  'at-created': newerPath,
  held: newerPath,
  late: newerPath,
}

const allEnd = async (bus: Bus): Promise<void> => {
  for (const id of Object.keys(ways)) await bus.until('link.third', id)
  // Whatever could still come of what waited has come when nothing waits any more.
  for (const name of ['first', 'check', 'second', 'third'])
    await until(async () => {
      const { num_pending, num_ack_pending } = await bus.connection.jsm.consumers.info('EVENTS', name)
      return num_pending + num_ack_pending === 0
    })
  for (const [id, way] of Object.entries(ways)) assert.deepEqual(await told(bus, id), way, id)
}

describe('a step that is inserted', { concurrency: 3 }, () => {
  test('a step is inserted while stories stand at every stage: all end, each step is done once, and none is sent back', async () => {
    await using bus = await standing()
    bus.runtime = await bus.another(newer())
    await allEnd(bus)
    // The copy that was put off for the old `second` has come, and did nothing.
    await until(async () => (await readAll(bus.connection, 'EVENTS', ['retry.second.late.>'])).length === 1)
    await bus.emit('task.created', 'new', { n: 1 })
    await bus.until('link.third', 'new')
    assert.deepEqual(await told(bus, 'late'), newerPath)
    assert.deepEqual(await told(bus, 'new'), newerPath)
  })

  test('two processes that find the same to do give it once', async () => {
    await using bus = await standing()
    const [one] = await Promise.all([bus.another(newer()), bus.another(newer())])
    bus.runtime = one
    await allEnd(bus)
  })

  test('the step is taken out again while stories stand at it: they go on without it', async () => {
    await using bus = await standing()
    const first = await bus.another(newer())
    bus.runtime = first
    await allEnd(bus)
    await pause(bus, 'check')
    await bus.emit('task.created', 'at-check', { n: 1 })
    await bus.until('link.first', 'at-check')
    await first.stop()
    bus.runtime = await bus.another(older())
    await bus.until('link.third', 'at-check')
    assert.deepEqual(await told(bus, 'at-check'), olderPath)
    await bus.runtime.stop()
    await resume(bus, 'check')
    bus.runtime = await bus.another(newer())
    await until(async () => (await bus.connection.jsm.consumers.info('EVENTS', 'check')).num_pending === 0)
    await allEnd(bus)
    assert.deepEqual(await told(bus, 'at-check'), olderPath)
  })
})
