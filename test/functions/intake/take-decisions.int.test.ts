import assert from 'node:assert/strict'
import { test } from 'node:test'
import { knock } from '../../../bus/door.ts'
import { catalogue } from '../../../domain/catalogue/index.ts'
import { ConfigSchema } from '../../../infra/config/config-schema.ts'
import { startBus } from '../../support/bus.ts'
import { doorReaders } from '../../support/door-readers.ts'
import { servicesWith } from '../../support/services.ts'

const planHash = 'a'.repeat(64)
const services = servicesWith(ConfigSchema.parse({}))
const { admit, 'take-decisions': takeDecisions } = doorReaders

test('an approval waits behind no new task, however many stand at the door', async () => {
  await using bus = await startBus(catalogue, doorReaders, { services })
  const { nc } = bus.connection
  nc.publish('task.created', JSON.stringify({ id: 'mine', title: 'x' }))
  await bus.until('task.created', 'mine')
  await bus.emit('gate.opened', 'mine', { planHash, expiresAt: new Date(Date.now() + 60_000).toISOString() })
  for (let n = 0; n < 200; n++) nc.publish('task.created', JSON.stringify({ id: `one-of-many-${n}`, title: 'x' }))
  nc.publish('plan.approved', JSON.stringify({ id: 'mine' }))
  const approval = await bus.until('plan.approved', 'mine')
  const last = await bus.until('task.created', 'one-of-many-199')
  assert.ok(approval.sequence < last.sequence, `${approval.sequence} after ${last.sequence}`)
})

test("nothing of the system's own waits behind what anybody publishes, neither a task nor a decision", async () => {
  await using bus = await startBus(catalogue, doorReaders, { services })
  const own = { by: 'ada', channel: 'cli' }
  const signal = AbortSignal.timeout(60_000)
  for (let n = 0; n < 200; n++) {
    bus.connection.nc.publish('task.created', JSON.stringify({ id: `one-of-many-${n}`, title: 'x' }))
    bus.connection.nc.publish('plan.approved', JSON.stringify({ id: `one-of-many-${n}` }))
  }
  await bus.connection.nc.flush()
  await knock(bus.connection, 'task.created', { id: 'mine', title: 'x', ...own }, { signal })
  const decision = await knock(bus.connection, 'plan.approved', { id: 'nobody', ...own }, { signal })
  const [mine, answered] = await Promise.all([bus.until('task.created', 'mine'), bus.until('request.refused', `door-${decision}`)])
  const [lastTask, lastDecision] = await Promise.all([
    bus.until('task.created', 'one-of-many-199'),
    bus.until('request.refused', `door-${decision - 2}`),
  ])
  assert.ok(mine.sequence < lastTask.sequence, `${mine.sequence} after ${lastTask.sequence}`)
  assert.ok(answered.sequence < lastDecision.sequence, `${answered.sequence} after ${lastDecision.sequence}`)
})

test('after an upgrade the door is read on from where the old reader of everything stood, by each reader of a part', async () => {
  const { takes: _, from: __, ...ofEverything } = admit
  await using bus = await startBus(catalogue, { admit: ofEverything }, { services, version: '0.1.0' })
  const { nc } = bus.connection
  nc.publish('plan.rejected', JSON.stringify({ id: 'mine' }))
  await bus.until('request.refused', 'door-1')
  await bus.runtime.stop()
  nc.publish('task.created', JSON.stringify({ id: 'mine', title: 'x' }))
  nc.publish('plan.rejected', JSON.stringify({ id: 'other' }))
  nc.publish('door.plan.rejected', JSON.stringify({ id: 'another' }))
  await bus.another(doorReaders, { version: '0.2.0' })
  await Promise.all([bus.until('task.created', 'mine'), bus.until('request.refused', 'door-3'), bus.until('request.refused', 'door-4')])
  assert.equal((await bus.facts('door-1')).length, 1)
  const { config } = await bus.connection.jsm.consumers.info('DOOR', 'take-decisions')
  assert.equal(config.opt_start_seq, 2)
})

test('after an upgrade what anybody published is read on from where the old readers of both lines stood', async () => {
  const { from: _, ...admitBoth } = admit
  const { from: __, ...decideBoth } = takeDecisions
  const before = { admit: admitBoth, 'take-decisions': decideBoth }
  await using bus = await startBus(catalogue, before, { services, version: '0.1.0' })
  const { nc } = bus.connection
  nc.publish('plan.rejected', JSON.stringify({ id: 'mine' }))
  nc.publish('task.cancelled', JSON.stringify({ id: 'mine' }))
  await Promise.all([bus.until('request.refused', 'door-1'), bus.until('request.refused', 'door-2')])
  await bus.runtime.stop()
  nc.publish('task.created', JSON.stringify({ id: 'mine', title: 'x' }))
  nc.publish('door.task.created', JSON.stringify({ id: 'own', title: 'x', by: 'ada', channel: 'cli' }))
  nc.publish('plan.rejected', JSON.stringify({ id: 'other' }))
  await bus.another(doorReaders, { version: '0.2.0' })
  await Promise.all([bus.until('task.created', 'mine'), bus.until('task.created', 'own'), bus.until('request.refused', 'door-5')])
  for (const decided of ['door-1', 'door-2']) assert.equal((await bus.facts(decided)).length, 1)
  const { jsm } = bus.connection
  const filters = async (name: string) => (await jsm.consumers.info('DOOR', name)).config.filter_subjects ?? []
  assert.ok((await filters('admit')).every((subject) => subject.startsWith('door.')))
  assert.ok((await filters('admit-outsiders')).includes('task.created'))
})
