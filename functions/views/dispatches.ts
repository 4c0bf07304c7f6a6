import { learnOutcomes, taskOutcomes } from '../../domain/catalogue/reasoning.ts'
import type { Fact } from '../../domain/fact.ts'
import { defineView, type ViewDatabase } from './define-view.ts'

/** Every call of an agent. Its id is the `ce-id` of the fact that asked for it; beginning and end meet under it. */
export default defineView({
  version: 2,
  tables: [
    `CREATE TABLE dispatches (
      id TEXT PRIMARY KEY, task_id TEXT NOT NULL, stage TEXT NOT NULL, agent TEXT NOT NULL, provider TEXT NOT NULL, status TEXT NOT NULL,
      started_at TEXT, finished_at TEXT, duration_ms INTEGER, exit_code INTEGER, reason TEXT) WITHOUT ROWID`,
    'CREATE INDEX dispatches_by_task ON dispatches (task_id, started_at)',
  ],
  on: ['browser.asked', 'cli.asked', 'api.asked', ...taskOutcomes, ...learnOutcomes, 'code.started', 'code.written', 'code.failed'],
  apply: (db, fact) => {
    switch (fact.type) {
      case 'browser.asked':
      case 'cli.asked':
      case 'api.asked':
        return begin(db, { id: fact.id, fact, stage: fact.data.purpose, agent: fact.data.agent, provider: fact.data.lane })
      case 'code.started':
        return begin(db, { id: fact.causedBy, fact, stage: 'code', agent: fact.data.agent, provider: 'cli' })
      case 'code.written':
      case 'code.failed': {
        const { attempt, exitCode, durationMs } = fact.data
        const reason = fact.type === 'code.failed' ? fact.data.reason : null
        return end(db, { fact, stage: 'code', agent: attempt.implementer, provider: 'cli', durationMs, exitCode, reason })
      }
      default: {
        const { purpose, agent, lane } = fact.data
        const answered = 'durationMs' in fact.data
        const durationMs = 'durationMs' in fact.data ? fact.data.durationMs : null
        const reason = 'reason' in fact.data ? fact.data.reason : answered ? null : 'no answer'
        return end(db, { fact, stage: purpose, agent, provider: lane, durationMs, exitCode: null, reason })
      }
    }
  },
})

interface Call {
  fact: Fact
  stage: string
  agent: string
  provider: string
}

const begin = (db: ViewDatabase, { id, fact, stage, agent, provider }: Call & { id: string }): void =>
  db.run(
    `INSERT INTO dispatches (id, task_id, stage, agent, provider, status, started_at) VALUES (?, ?, ?, ?, ?, 'running', ?)
     ON CONFLICT (id) DO UPDATE SET started_at = excluded.started_at`,
    id,
    fact.subject,
    stage,
    agent,
    provider,
    fact.time,
  )

const end = (
  db: ViewDatabase,
  {
    fact,
    stage,
    agent,
    provider,
    durationMs,
    exitCode,
    reason,
  }: Call & { durationMs: number | null; exitCode: number | null; reason: string | null },
): void =>
  db.run(
    `INSERT INTO dispatches (id, task_id, stage, agent, provider, status, finished_at, duration_ms, exit_code, reason)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET agent = excluded.agent, status = excluded.status, finished_at = excluded.finished_at,
       duration_ms = excluded.duration_ms, exit_code = excluded.exit_code, reason = excluded.reason`,
    fact.causedBy,
    fact.subject,
    stage,
    agent,
    provider,
    reason === null ? 'completed' : 'failed',
    fact.time,
    durationMs,
    exitCode,
    reason,
  )
