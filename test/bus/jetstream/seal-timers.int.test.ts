import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encode } from '../../../bus/envelope.ts'
import { store } from '../../../bus/jetstream/publish.ts'
import { lastUnder, readAll } from '../../../bus/jetstream/read.ts'
import { sealTimers } from '../../../bus/jetstream/seal-timers.ts'
import { sealBy } from '../../../bus/seal.ts'
import { scheduleSubject } from '../../../bus/subjects.ts'
import { startBus } from '../../support/bus.ts'
import { chainCatalogue } from '../../support/chain.ts'
import { PATIENCE_MS } from '../../support/patience.ts'
import { until } from '../../support/temporary.ts'

test('timers that were set without the seal fire with it, once and when they were due', async () => {
  await using bus = await startBus(chainCatalogue, {})
  const { connection } = bus
  const signal = AbortSignal.timeout(PATIENCE_MS)
  const seal = sealBy('a key', 0)
  const setTimer = async (id: string, due: Date, key?: string): Promise<void> => {
    const event = {
      id,
      type: 'link.first',
      subject: id,
      source: 'wait',
      time: due.toISOString(),
      causedBy: 'x',
      hops: 2,
      data: { n: 7 },
      decidedAt: 1,
    }
    const wire = encode(chainCatalogue, event, key ? sealBy(key, 0) : undefined)
    const headers = { ...wire.headers, 'Nats-Schedule': `@at ${due.toISOString()}`, 'Nats-Schedule-Target': wire.subject }
    await store(connection, [{ ...wire, headers, subject: scheduleSubject('wait', id, id), messageId: id }], signal)
  }
  const due = new Date(Date.now() + 3000)
  await setTimer('unsealed', due)
  await setTimer('others', due, "another system's key")
  await setTimer('far', new Date(Date.now() + 3_600_000))
  await sealTimers(connection, seal, signal)
  const set = await readAll(connection, 'EVENTS', ['sched.>'])
  await sealTimers(connection, seal, signal)
  assert.deepEqual(
    (await readAll(connection, 'EVENTS', ['sched.>'])).map(({ sequence }) => sequence),
    set.map(({ sequence }) => sequence),
    'what is sealed is left alone',
  )
  for (const id of ['unsealed', 'others']) {
    await until(async () => (await lastUnder(connection, `link.first.${id}`)) !== undefined)
    const fired = await readAll(connection, 'EVENTS', [`link.first.${id}`])
    assert.equal(fired.length, 1)
    assert.equal(seal.isBorneBy(fired[0]!), true)
    assert.ok(Date.parse(fired[0]!.time) >= Math.floor(due.getTime() / 1000) * 1000)
  }
  const [far] = await readAll(connection, 'EVENTS', ['sched.*.far.*'])
  assert.equal(far?.header('Nats-Schedule-Target'), 'link.first.far')
  assert.equal(await lastUnder(connection, 'link.first.far'), undefined)
})
