import assert from 'node:assert/strict'
import { test } from 'node:test'
import { liveSubject } from '../../../../bus/subjects.ts'
import { catalogue } from '../../../../domain/catalogue/index.ts'
import { busSources } from '../../../../gateway/surfaces/follow/bus-sources.ts'
import type { LiveLine } from '../../../../gateway/surfaces/follow/live-output.ts'
import { startBus } from '../../../support/bus.ts'
import { cancelled, created } from '../../../support/facts.ts'
import { until } from '../../../support/temporary.ts'

test('facts keep their place in the stream, also those that only long memory has', async () => {
  await using bus = await startBus(catalogue, {})
  const sources = busSources(bus.connection, bus.runtime.folds)
  await bus.emit('task.created', 'task-before', created().data)
  const places = [
    await bus.emit('task.created', 'task-old', created().data),
    await bus.emit('task.reprioritised', 'task-old', { by: 'ada', channel: 'cli', priority: 1 }),
    await bus.emit('task.cancelled', 'task-old', cancelled().data),
  ]
  const told = async () => (await sources.facts('task-old')).map(({ type, sequence }) => [type, sequence])
  const [first, second, third] = places
  const all = [
    ['task.created', first],
    ['task.reprioritised', second],
    ['task.cancelled', third],
  ]
  assert.deepEqual(await told(), all)
  const { jsm } = bus.connection
  await until(async () => (await jsm.streams.info('MEMORY')).state.messages === 4)
  await jsm.streams.purge('EVENTS', { filter: '*.*.task-old' })
  assert.deepEqual(await told(), all)
})

test('live output is read from the last minutes, and heard from then on', async () => {
  await using bus = await startBus(catalogue, {})
  const sources = busSources(bus.connection, bus.runtime.folds)
  const say = (line: string) => bus.connection.nc.publish(liveSubject('task-1', 'write-code', 'agent'), line)
  const line = (text: string): LiveLine => ({ fn: 'write-code', stream: 'agent', line: text })
  say('first')
  await until(async () => (await sources.lines('task-1')).length === 1)
  const heard: LiveLine[] = []
  const deafen = sources.listen('task-1', (one) => heard.push(one))
  say('second')
  await until(() => heard.length === 1)
  assert.deepEqual([await sources.lines('task-1'), heard], [[line('first'), line('second')], [line('second')]])
  deafen()
  assert.deepEqual(await sources.lines('task-2'), [])
})
