import { meaningOf } from '../../domain/words/meaning.ts'
import { defineView } from './define-view.ts'

/** What a person who looks after the system should have seen. */
export default defineView({
  version: 2,
  tables: [
    `CREATE TABLE health_events (
      id TEXT PRIMARY KEY, event_type TEXT NOT NULL, details TEXT NOT NULL, dispatch_id TEXT, task_id TEXT, created_at TEXT NOT NULL) WITHOUT ROWID`,
    'CREATE INDEX health_events_by_time ON health_events (created_at)',
  ],
  on: ['task.escalated', 'task.overdue', 'function.failed'],
  apply: (db, fact) =>
    db.run(
      'INSERT INTO health_events VALUES (?, ?, ?, (SELECT id FROM dispatches WHERE id = ?), ?, ?)',
      fact.id,
      fact.type,
      meaningOf(fact),
      fact.causedBy,
      fact.subject,
      fact.time,
    ),
})
