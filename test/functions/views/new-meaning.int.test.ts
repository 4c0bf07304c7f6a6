import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { type Logger, pino } from 'pino'
import { lastStored } from '../../../bus/jetstream/read.ts'
import { catalogue } from '../../../domain/catalogue/index.ts'
import { FOLD_VERSION } from '../../../domain/evolve.ts'
import { startViews, type Views } from '../../../functions/views/start-views.ts'
import { quiet, startBus, type TestBus } from '../../support/bus.ts'
import { temporaryFolder, until, writeFiles } from '../../support/temporary.ts'

const viewsFolder = join(import.meta.dirname, '../../../functions/views')
const ours = (name: string): string => JSON.stringify(pathToFileURL(join(viewsFolder, `${name}.ts`)).href)
const as = (name: string): string => `export { default } from ${ours(name)}\n`

/** The same views, but that of tasks has another meaning: titles are written large. */
const otherViews = {
  ...Object.fromEntries(['dispatches', 'dod-results', 'health-events', 'task-files', 'tokens'].map((name) => [`${name}.ts`, as(name)])),
  'tasks.ts': `import tasks from ${ours('tasks')}
export default { ...tasks, version: tasks.version + 1, apply: (db, fact) => {
  tasks.apply(db, fact)
  db.run('UPDATE tasks SET title = upper(title) WHERE id = ?', fact.subject)
} }
`,
}

const TASKS = 1500

/** A bus with many tasks, views that have taken them in and are stopped, and a folder with views of another meaning. */
const withOlderViews = async () => {
  await using started = new AsyncDisposableStack()
  const bus = started.use(await startBus(catalogue, {}))
  const folder = started.use(await temporaryFolder())
  await writeFiles(folder.path, Object.fromEntries(Object.entries(otherViews).map(([name, text]) => [`views/${name}`, text])))
  const ids = [...Array(TASKS).keys()].map((n) => `task-${n}`)
  await Promise.all(ids.map((id) => bus.emit('task.created', id, { title: `Mend ${id}` })))
  const options = { dbPath: join(folder.path, 'views.db'), tasksDir: join(folder.path, 'tasks') }
  const open = (log: Logger = quiet, views?: string, foldVersion?: number): Promise<Views> =>
    startViews({
      connection: bus.connection,
      catalogue,
      ...options,
      log,
      ...(views ? { viewsFolder: views } : {}),
      ...(foldVersion ? { foldVersion } : {}),
    })
  await using views = await open()
  await caughtUp(bus, views)
  const all = started.move()
  return { bus, ...options, folder: folder.path, other: join(folder.path, 'views'), open, [Symbol.asyncDispose]: () => all.disposeAsync() }
}

const caughtUp = async ({ connection }: TestBus<typeof catalogue>, views: Views): Promise<void> =>
  views.caughtUp(await lastStored(connection, 'EVENTS'))
const titles = async (views: Views): Promise<string[]> => (await views.list({ limit: 2 })).map(({ title }) => title.replace(/\d+/, 'N'))

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
