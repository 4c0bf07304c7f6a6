import { learnOutcomes, taskOutcomes } from '../../domain/catalogue/reasoning.ts'
import { defineView } from './define-view.ts'

/** Tokens and money of every call of an agent. `cost_usd` is null where the agent reports none and no price is configured. */
export default defineView({
  version: 2,
  tables: [
    `CREATE TABLE tokens (
      id TEXT PRIMARY KEY, dispatch_id TEXT NOT NULL, task_id TEXT NOT NULL, project TEXT, activity_name TEXT NOT NULL, agent TEXT NOT NULL,
      input_tokens INTEGER NOT NULL, output_tokens INTEGER NOT NULL, cache_read_tokens INTEGER NOT NULL, cache_write_tokens INTEGER NOT NULL,
      cost_usd REAL, recorded_at TEXT NOT NULL) WITHOUT ROWID`,
    'CREATE INDEX tokens_by_task ON tokens (task_id)',
  ],
  on: ['code.written', 'code.failed', ...taskOutcomes, ...learnOutcomes],
  apply: (db, { id, causedBy, subject, time, data }) => {
    const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, costUsd } = data.usage
    db.run(
      `INSERT INTO tokens VALUES (?, ?, ?, (SELECT project FROM tasks WHERE id = ?), ?, ?, ?, ?, ?, ?, ?, ?)`,
      id,
      causedBy,
      subject,
      subject,
      'purpose' in data ? data.purpose : 'code',
      'agent' in data ? data.agent : data.attempt.implementer,
      inputTokens,
      outputTokens,
      cacheReadTokens,
      cacheWriteTokens,
      costUsd ?? null,
      time,
    )
  },
})
