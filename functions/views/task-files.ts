import type { z } from 'zod'
import type { TaskCreated } from '../../domain/catalogue/task.ts'
import { priorityName } from '../../domain/choices.ts'
import type { Task } from '../../domain/task.ts'
import { defineView, type Row } from './define-view.ts'
import tasks from './tasks.ts'

/** A file `<id>.json` a task, for programs that watch a folder: the task's request, its state, and its result or error. */
export default defineView({
  version: 1,
  tables: [],
  on: tasks.on,
  apply: () => undefined,
  settle: (db, ids, folder) => {
    for (const id of ids) {
      const row = db.get('SELECT * FROM tasks WHERE id = ?', id)
      if (row?.['created']) folder.write(`${id}.json`, `${JSON.stringify(taskFile(row), null, 2)}\n`)
    }
  },
})

/** The file's content from a row of `tasks`. Times are ISO 8601. */
const taskFile = (row: Row): object => {
  const created: z.output<typeof TaskCreated> = JSON.parse(String(row['created']))
  const fold: Task = JSON.parse(String(row['fold']))
  const { title, description, category } = created
  return {
    id: row['id'],
    type: created.type,
    priority: row['priority'],
    status: row['status'],
    payload: { query: description || title, title, category },
    metadata: {
      ...created.metadata,
      created_at: row['created_at'],
      updated_at: row['updated_at'],
      source: created.source,
      original_input: { title, description, category, priority: priorityName(created.priority) },
      ...progress(fold),
    },
    ...conclusion(fold),
  }
}

const progress = ({ startedAt, routed, end }: Task): object => ({
  ...(startedAt ? { started_at: startedAt } : {}),
  ...(routed ? { assigned_to: routed.master } : {}),
  ...(startedAt && end ? { processing_time_ms: Date.parse(end.at) - Date.parse(startedAt) } : {}),
})

const conclusion = ({ end, outcome }: Task): object => {
  if (!end) return { result: null }
  if (!outcome) return { result: null, error: { message: end.reason, failed_at: end.at } }
  const answer = outcome.answer ?? (outcome.branch ? `done on branch ${outcome.branch}` : 'done')
  const delivered = { branch: outcome.branch, sha: outcome.sha, files: outcome.files }
  return { result: { answer, tools_used: [], iterations: outcome.attempts, completed_at: end.at, ...delivered } }
}
