import assert from 'node:assert/strict'
import { test } from 'node:test'
import { provisionStreams } from '../../../bus/jetstream/provision-streams.ts'
import { catalogue } from '../../../domain/catalogue/index.ts'
import { durationsOf } from '../../../domain/task.ts'
import routeTask from '../../../functions/intake/route-task.ts'
import { startBus } from '../../support/bus.ts'
import * as facts from '../../support/facts.ts'
import { forget, live, shownBy } from '../../support/retention.ts'
import { config } from '../../support/stubs.ts'
import { until } from '../../support/temporary.ts'

test('a task that was escalated, retried and completed reads the same after EVENTS has forgotten it, and so do its costs', async () => {
  await using bus = await startBus(catalogue, {})
  await live(bus, 'task-1')
  const before = (await bus.runtime.folds.coldStory('task-1')).state
  const shown = await shownBy(bus)
  await forget(bus)
  const after = (await bus.runtime.folds.coldStory('task-1')).state
  assert.deepEqual({ ...after, sequence: before.sequence }, before)
  assert.equal(after.sequence, 0, 'a guard compares what EVENTS has')
  assert.deepEqual([after.phase, after.plan?.planHash, after.rounds.length, after.run], ['completed', facts.planHash, 3, 1])
  assert.deepEqual(durationsOf(after, after.updatedAt), durationsOf(before, before.updatedAt))
  assert.deepEqual(await shownBy(bus), shown)
})

test('facts that became remembered later are shown in their order', async () => {
  await using bus = await startBus(catalogue, {})
  const { jsm } = bus.connection
  await jsm.streams.delete('MEMORY')
  const filters = ['code.*.*', 'task.completed.*', 'task.created.*', 'task.escalated.*', 'task.retried.*']
  await jsm.streams.add({ name: 'MEMORY', sources: filters.map((filter_subject) => ({ name: 'EVENTS', filter_subject })) })
  // More than is read at once.
  for (const n of Array(10).keys()) await live(bus, `task-${n}`)
  const shown = await shownBy(bus)
  await provisionStreams(jsm, catalogue)
  await forget(bus)
  assert.deepEqual(await shownBy(bus), shown)
})

test('what the task of an earlier run had decided does not count after EVENTS has forgotten it either', async () => {
  await using bus = await startBus(catalogue, {})
  await live(bus, 'task-1')
  const { runSince } = (await bus.runtime.folds.coldStory('task-1')).state
  await forget(bus)
  assert.equal((await bus.runtime.folds.coldStory('task-1')).state.runSince, runSince)
  assert.ok(runSince > 0)
})

test('a retry goes on, and a dependent that is created afterwards finds that its dependency is done', async () => {
  const services = { config: config() }
  await using bus = await startBus(catalogue, { 'route-task': routeTask }, { services })
  await live(bus, 'task-1')
  await bus.emit('task.created', 'task-2', { title: 'In vain' })
  await bus.until('task.routed', 'task-2')
  await bus.emit('task.escalated', 'task-2', { reason: 'no hope', class: 'attempts' })
  await forget(bus)
  await bus.emit('task.created', 'task-3', { title: 'After it', dependsOn: ['task-1'] })
  await bus.until('task.routed', 'task-3')
  const retried = await bus.emit('task.retried', 'task-2', { by: 'ada', channel: 'cli' })
  await until(async () => (await bus.runtime.folds.story('task-2', retried)).state.phase === 'queued')
})
