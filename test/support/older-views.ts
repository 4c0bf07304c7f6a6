import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Logger } from 'pino'
import { lastStored } from '../../bus/jetstream/read.ts'
import { catalogue } from '../../domain/catalogue/index.ts'
import { startViews, type Views } from '../../functions/views/start-views.ts'
import { quiet, startBus, type TestBus } from './bus.ts'
import { temporaryFolder, writeFiles } from './temporary.ts'

const viewsFolder = join(import.meta.dirname, '../../functions/views')
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

export const TASKS = 1500

/** A bus with many tasks, views that have taken them in and are stopped, and a folder with views of another meaning. */
export const withOlderViews = async () => {
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

export const caughtUp = async ({ connection }: TestBus<typeof catalogue>, views: Views): Promise<void> =>
  views.caughtUp(await lastStored(connection, 'EVENTS'))
export const titles = async (views: Views): Promise<string[]> =>
  (await views.list({ limit: 2 })).map(({ title }) => title.replace(/\d+/, 'N'))
