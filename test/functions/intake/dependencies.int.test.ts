import assert from 'node:assert/strict'
import { test } from 'node:test'
import { catalogue } from '../../../domain/catalogue/index.ts'
import admitOutsiders from '../../../functions/intake/admit-outsiders.ts'
import missDependencies from '../../../functions/intake/miss-dependencies.ts'
import routeTask from '../../../functions/intake/route-task.ts'
import unblockTasks from '../../../functions/intake/unblock-tasks.ts'
import { ConfigSchema } from '../../../infra/config/config-schema.ts'
import { startBus } from '../../support/bus.ts'
import { completed, escalated } from '../../support/facts.ts'
import { servicesWith } from '../../support/services.ts'
import { until } from '../../support/temporary.ts'

const startIntake = async () => {
  const functions = {
    'admit-outsiders': admitOutsiders,
    'route-task': routeTask,
    'unblock-tasks': unblockTasks,
    'miss-dependencies': missDependencies,
  }
  const bus = await startBus(catalogue, functions, {
    services: servicesWith(ConfigSchema.parse({})),
  })
  const ask = (id: string, ...dependsOn: string[]): void =>
    bus.connection.nc.publish('task.created', JSON.stringify({ id, title: id, dependsOn }))
  const typesOf = async (id: string): Promise<string[]> => (await bus.facts(id)).map(({ type }) => type)
  return { bus, ask, typesOf }
}

test('several tasks that are created in one moment may name each other in any order', async () => {
  const { bus, ask, typesOf } = await startIntake()
  await using _ = bus
  ask('last', 'middle', 'first')
  ask('middle', 'first')
  ask('first')
  for (const id of ['first', 'middle']) {
    await bus.until('task.routed', id)
    await bus.emit('task.completed', id, completed().data)
  }
  await bus.until('task.routed', 'last')
  assert.deepEqual(await typesOf('last'), ['task.created', 'task.blocked', 'task.routed'])
})

test('of several that wait for each other the one that closes the ring is refused', async () => {
  const { bus, ask } = await startIntake()
  await using _ = bus
  for (const [id, before] of [
    ['a', 'b'],
    ['b', 'c'],
    ['c', 'a'],
  ] as const)
    ask(id, before)
  await until(async () => (await bus.facts('door-3')).length === 1)
  assert.match(JSON.stringify(await bus.facts('door-3')), /cannot wait for itself: c -> a -> b -> c/)
})

test('what depends on a task that escalates waits, and goes on when a retry was done', async () => {
  const { bus, ask, typesOf } = await startIntake()
  await using _ = bus
  ask('first')
  await bus.until('task.routed', 'first')
  ask('then', 'first')
  await bus.until('task.blocked', 'then')
  await bus.emit('task.escalated', 'first', escalated().data)
  bus.connection.nc.publish('task.retried', JSON.stringify({ id: 'first' }))
  await until(async () => (await typesOf('first')).filter((type) => type === 'task.routed').length === 2)
  assert.deepEqual(await typesOf('then'), ['task.created', 'task.blocked'])
  await bus.emit('task.completed', 'first', completed().data)
  await bus.until('task.routed', 'then')
})

test('more dependents than the bus takes in one batch all go on when what they wait for is done', async () => {
  const functions = { 'unblock-tasks': unblockTasks }
  await using bus = await startBus(catalogue, functions, {
    services: servicesWith(ConfigSchema.parse({})),
  })
  await bus.emit('task.created', 'first', { title: 'first' })
  const wait = async (_: unknown, n: number): Promise<void> => {
    await bus.emit('task.created', `then-${n}`, { title: 'then', dependsOn: ['first'] })
    await bus.emit('task.blocked', `then-${n}`, { waitingFor: ['first'] })
  }
  await Promise.all(Array.from({ length: 1001 }, wait))
  await until(async () => {
    const { num_pending, num_ack_pending } = await bus.connection.jsm.consumers.info('EVENTS', 'unblock-tasks')
    return num_pending + num_ack_pending === 0
  }, 60_000)
  await bus.emit('task.completed', 'first', completed().data)
  await until(async () => (await bus.runtime.folds.openStates(0)).every(({ phase }) => phase === 'queued'), 60_000)
  const { state } = await bus.connection.jsm.streams.info('EVENTS', { subjects_filter: 'task.routed.>' })
  assert.deepEqual([Object.keys(state.subjects ?? {}).length, Math.max(...Object.values(state.subjects ?? {}))], [1001, 1])
})
