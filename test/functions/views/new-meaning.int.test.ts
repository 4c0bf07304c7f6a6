import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { test } from 'node:test'
import { pino } from 'pino'
import { caughtUp, TASKS, titles, withOlderViews } from '../../support/older-views.ts'
import { until } from '../../support/temporary.ts'

test('views of a new meaning are built while the older ones answer, tell how far they are, and take their place', async () => {
  await using older = await withOlderViews()
  const lines: string[] = []
  const log = pino({ level: 'info' }, { write: (line: string) => lines.push(line) })
  await using views = await older.open(log, older.other)
  assert.deepEqual(await titles(views), ['Mend task-N', 'Mend task-N'])
  await until(() => views.building() !== undefined)
  assert.deepEqual(views.building()?.older, true)
  const seen = new Set<number>()
  for (let building = views.building(); building; building = views.building()) {
    seen.add(building.percent)
    const [title] = await titles(views)
    assert.ok(title === 'Mend task-N' || views.building() === undefined, `${title}`)
  }
  assert.ok(seen.size > 1, [...seen].join())
  await caughtUp(older.bus, views)
  assert.deepEqual(await titles(views), ['MEND TASK-N', 'MEND TASK-N'])
  assert.equal((await views.list({ limit: TASKS + 1 })).length, TASKS)
  const told = lines.map((line) => JSON.parse(line).msg)
  assert.match(told[0] ?? '', /made anew; the older ones answer meanwhile/)
  assert.ok(told.includes('the views are being made') && told.at(-1) === 'the views are made', told.join('; '))
  assert.deepEqual(
    (await readdir(older.folder)).filter((name) => name.includes('.new')),
    [],
  )
  assert.equal((await readdir(older.tasksDir)).length, TASKS)
  await older.bus.emit('task.created', 'later', { title: 'Later' })
  await caughtUp(older.bus, views)
  assert.deepEqual(
    (await views.list({ limit: 1 })).map(({ title }) => title),
    ['LATER'],
  )
})
