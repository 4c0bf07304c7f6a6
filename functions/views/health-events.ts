import type { Fact } from '../../domain/fact.ts'
import { defineView } from './define-view.ts'

type HealthFact = Fact<'task.escalated' | 'task.overdue' | 'function.failed'>

/** What a person who looks after the system should have seen. */
export default defineView({
  version: 1,
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
      detailsOf(fact),
      fact.causedBy,
      fact.subject,
      fact.time,
    ),
})

const detailsOf = (fact: HealthFact): string => {
  switch (fact.type) {
    case 'function.failed':
      return `${fact.data.function} gave up on ${fact.data.causeType || 'a message'} after ${fact.data.attempts} tries: ${fact.data.reason}`
    case 'task.overdue':
      return `open since ${fact.data.since}`
    default:
      return fact.data.reason
  }
}
