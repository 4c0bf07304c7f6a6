import { createdAt, evolve } from '../../domain/evolve.ts'
import type { Fact } from '../../domain/fact.ts'
import { checksPassed, statusOf } from '../../domain/phases.ts'
import { initialTask, type Task } from '../../domain/task.ts'
import { defineView, type Row, type ViewDatabase } from './define-view.ts'

/** One row a task: for lists, and with the fold as JSON for the views beside it. */
export default defineView({
  version: 1,
  tables: [
    `CREATE TABLE tasks (
      id TEXT PRIMARY KEY, title TEXT NOT NULL DEFAULT '', status TEXT NOT NULL, phase TEXT NOT NULL, category TEXT, project TEXT, priority INTEGER NOT NULL,
      reason TEXT, created_at TEXT NOT NULL, updated_at TEXT NOT NULL, created TEXT, fold TEXT NOT NULL) WITHOUT ROWID`,
    'CREATE INDEX tasks_by_creation ON tasks (created_at)',
    'CREATE INDEX tasks_by_status ON tasks (status, created_at)',
  ],
  on: [
    'task.created',
    'task.routed',
    'task.blocked',
    'task.started',
    'task.reprioritised',
    'task.completed',
    'task.failed',
    'task.escalated',
    'task.cancelled',
    'task.retried',
    'task.resumed',
    'yardstick.approved',
    'base.checked',
    'plan.refused',
    'plan.questioned',
    'gate.opened',
    'attempt.started',
    'code.written',
    'review.passed',
    ...checksPassed,
  ],
  apply: (db, fact) => {
    const before = foldOf(db.get('SELECT fold FROM tasks WHERE id = ?', fact.subject)) ?? initialTask(fact.subject)
    save(db, evolve(before, fact), fact)
  },
})

const foldOf = (row: Row | undefined): Task | undefined => (typeof row?.['fold'] === 'string' ? JSON.parse(row['fold']) : undefined)

const save = (db: ViewDatabase, task: Task, fact: Fact): void => {
  db.run(
    `INSERT INTO tasks (id, status, phase, project, priority, reason, created_at, updated_at, fold) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET status = excluded.status, phase = excluded.phase, project = coalesce(excluded.project, project),
       priority = excluded.priority, reason = excluded.reason, updated_at = max(updated_at, excluded.updated_at), fold = excluded.fold`,
    task.id,
    statusOf(task.phase),
    task.phase,
    task.routed?.project ?? task.created?.project ?? null,
    task.priority,
    task.end?.reason ?? null,
    fact.time,
    fact.time,
    JSON.stringify(task),
  )
  if (fact.type === 'task.created') saveCreation(db, fact)
}

/** What only its first fact says. */
const saveCreation = (db: ViewDatabase, fact: Fact<'task.created'>): void => {
  const { subject, data } = fact
  db.run(
    'UPDATE tasks SET title = ?, category = ?, project = coalesce(project, ?), created_at = ?, created = ? WHERE id = ?',
    data.title,
    data.category,
    data.project ?? null,
    createdAt(fact),
    JSON.stringify(data),
    subject,
  )
}
