import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { FOLD_VERSION } from '../../../domain/evolve.ts'
import { quiet } from '../../support/bus.ts'
import { caughtUp, TASKS, titles, withOlderViews } from '../../support/older-views.ts'
import { until } from '../../support/temporary.ts'

test('another fold makes the views anew in the same way, and the same one does not', async () => {
  await using older = await withOlderViews()
  {
    await using same = await older.open()
    await caughtUp(older.bus, same)
    assert.equal(same.building(), undefined)
  }
  await using views = await older.open(quiet, undefined, FOLD_VERSION + 1)
  await until(() => views.building() !== undefined)
  assert.equal(views.building()?.older, true)
  assert.deepEqual(await titles(views), ['Mend task-N', 'Mend task-N'])
  await caughtUp(older.bus, views)
  assert.deepEqual([views.building(), (await views.list({ limit: TASKS + 1 })).length], [undefined, TASKS])
})

test('a process that is killed while it builds loses nothing: the older views are there, and the next one goes on', async () => {
  await using older = await withOlderViews()
  const { bus, dbPath, tasksDir, other } = older
  const program = fileURLToPath(new URL('../../support/views-process.ts', import.meta.url))
  const child = spawn(process.execPath, [program, bus.nats.url, dbPath, tasksDir, other], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  child.kill('SIGKILL')
  await once(child, 'exit')
  await using views = await older.open(quiet, other)
  assert.deepEqual(await titles(views), ['Mend task-N', 'Mend task-N'])
  await caughtUp(bus, views)
  assert.deepEqual(await titles(views), ['MEND TASK-N', 'MEND TASK-N'])
  assert.equal((await views.list({ limit: TASKS + 1 })).length, TASKS)
})
