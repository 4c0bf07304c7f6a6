import path from 'node:path'
import { type MainJob, startMainJob } from './main-job.ts'
import { makeRepository, temporaryFolder } from './temporary.ts'
import { type Answer, execute } from './tool-calls.ts'

/** What is told of a task. */
export const statusOf = (url: string, task_id: string): Promise<Answer> => execute(url, 'cortex_get_task_status', { task_id })

/** A system whose one project wants a goodbye in its greeting. */
export const startToolScene = async (config: Record<string, unknown> = {}): Promise<MainJob> => {
  await using started = new AsyncDisposableStack()
  const folder = started.use(await temporaryFolder())
  const repository = path.join(folder.path, 'repository')
  await makeRepository(repository, { 'greeting.txt': 'hello\n' })
  const job = started.use(await startMainJob({ repository, project: { dod: [['grep', '-q', 'goodbye', 'greeting.txt']] }, config }))
  const all = started.move()
  return { ...job, [Symbol.asyncDispose]: () => all.disposeAsync() }
}
