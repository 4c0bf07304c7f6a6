import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { lastSequence } from '../../../bus/jetstream/read.ts'
import { catalogue as events } from '../../../domain/catalogue/index.ts'
import { startBus } from '../../support/bus.ts'
import { until } from '../../support/temporary.ts'
import { contents, folderForViews, open, settled, taskFiles, tell } from './views-setting.ts'

test('a deleted or damaged database is made again from the streams and is the same', async () => {
  await using bus = await startBus(events, {})
  await using folder = await folderForViews()
  await tell(bus)
  const first = await open(bus, folder)
  await settled(bus, first)
  await first.stop()
  const before = { rows: contents(folder.dbPath), files: await taskFiles(folder.tasksDir) }
  for (const spoil of [
    () => rm(folder.dbPath),
    () => rm(folder.tasksDir, { recursive: true }).then(() => rm(folder.dbPath)),
    () => writeFile(folder.dbPath, 'this is no database, but long enough to be looked at as one'.repeat(200)),
  ]) {
    await spoil()
    await using again = await open(bus, folder)
    await settled(bus, again)
    assert.deepEqual({ rows: contents(folder.dbPath), files: await taskFiles(folder.tasksDir) }, before)
  }
})

test('what has left EVENTS comes out of MEMORY, and what is in both counts once', async () => {
  await using bus = await startBus(events, {})
  await using folder = await folderForViews()
  await tell(bus)
  const ended = await lastSequence(bus.connection, 'task.escalated.t2')
  await until(async () => (await bus.connection.jsm.streams.info('MEMORY')).state.messages === (await lastSequence(bus.connection, '>')))
  await bus.connection.jsm.streams.purge('EVENTS', { seq: ended + 1 })
  await using views = await open(bus, folder)
  await settled(bus, views)
  const shown = (await views.list()).map(({ id, status, title }) => [id, status, title])
  assert.deepEqual(shown.sort(), [
    ['t1', 'completed', 'Mend t1'],
    ['t2', 'failed', 'Mend t2'],
    ['u3', 'queued', 'Later'],
  ])
  assert.equal((await views.tokens('t1'))[0]?.calls, 1)
})

test('a restart goes on from the checkpoint and takes in only what is new', async () => {
  await using bus = await startBus(events, {})
  await using folder = await folderForViews()
  await tell(bus)
  const first = await open(bus, folder)
  await settled(bus, first)
  await first.stop()
  const db = new DatabaseSync(folder.dbPath)
  // A row that no fact has written shows whether anything was read again.
  db.exec("UPDATE tasks SET title = 'Touched' WHERE id = 't1'; DELETE FROM seen")
  db.close()
  await bus.emit('task.cancelled', 'u3', { by: 'me', channel: 'cli' })
  await using again = await open(bus, folder)
  await settled(bus, again)
  const shown = (await again.list()).map(({ id, status, title }) => [id, status, title])
  assert.deepEqual(shown, [
    ['u3', 'failed', 'Later'],
    ['t2', 'failed', 'Mend t2'],
    ['t1', 'completed', 'Touched'],
  ])
})

test('another stream of the same name is another story: everything is made anew', async () => {
  await using folder = await folderForViews()
  {
    await using bus = await startBus(events, {})
    await tell(bus)
    await using views = await open(bus, folder)
    await settled(bus, views)
  }
  await using bus = await startBus(events, {})
  for (const n of Array(30).keys()) await bus.emit('task.created', `n${n}`, { title: 'New' })
  await using views = await open(bus, folder)
  await settled(bus, views)
  assert.ok(!existsSync(join(folder.tasksDir, 't1.json')))
  assert.equal((await views.list()).length, 30)
  assert.deepEqual(await views.health(), [])
})

test('a bus that is killed and comes back loses the views nothing', async () => {
  await using bus = await startBus(events, {})
  await using folder = await folderForViews()
  await using views = await open(bus, folder)
  for (const id of ['t0', 't1']) {
    await bus.emit('task.created', id, { title: 'Before' })
    await settled(bus, views)
  }
  await bus.nats.kill()
  await bus.nats.restart()
  await bus.emit('task.created', 't2', { title: 'After' })
  await settled(bus, views)
  assert.deepEqual(
    (await views.list()).map(({ id }) => id),
    ['t2', 't1', 't0'],
  )
})
