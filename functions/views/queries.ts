import type { Status } from '../../domain/phases.ts'
import type { Row, SqlValue, ViewDatabase } from './define-view.ts'
import { lessonIds, lessonsBeginning, lessonsNear, lessonsOf, lessonUses } from './lesson-search.ts'
import { sumUp } from './statistics.ts'
import { dispatchesOf, workloadSince } from './workload.ts'

export interface ListedTask {
  readonly id: string
  readonly title: string
  readonly status: Status
  /** The phase of the task's fold: what exactly it does or how it ended. */
  readonly phase: string
  readonly project: string | null
  readonly category: string
  readonly priority: number
  readonly createdAt: string
  readonly updatedAt: string
  /** Why it ended; null while it is open. */
  readonly reason: string | null
  /** Where in the reason next steps stand, as JSON; null where none does. */
  readonly nextSteps: string | null
}
export interface ListFilter {
  /** One of the seed's statuses; anything else finds nothing. */
  readonly status?: string
  readonly project?: string
  readonly category?: string
  readonly priority?: number
  /** Words that id, title or reason contain. */
  readonly search?: string
  readonly offset?: number
  /** The newest so many; default 200. */
  readonly limit?: number
}
/** Sums of one task's calls of one agent for one activity. */
export interface TokenSum {
  readonly task: string
  readonly activity: string
  readonly agent: string
  readonly calls: number
  readonly inputTokens: number
  readonly outputTokens: number
  readonly cacheReadTokens: number
  readonly cacheWriteTokens: number
  /** Null when no call has a price. */
  readonly costUsd: number | null
}
export interface HealthEvent {
  readonly id: string
  readonly type: string
  readonly details: string
  readonly task: string | null
  readonly at: string
}

/** What may be asked of the views; each runs in the keeper and answers with plain rows, newest first. */
export const queries = {
  list: (db: ViewDatabase, { status, project, category, priority, search, limit = 200, offset = 0 }: ListFilter): Row[] =>
    db.all(
      `SELECT id, title, status, phase, project, category, priority, created_at AS createdAt, updated_at AS updatedAt, reason,
         fold ->> '$.end.nextSteps' AS nextSteps FROM tasks
       WHERE created IS NOT NULL AND (?1 IS NULL OR status = ?1) AND (?2 IS NULL OR project = ?2) AND (?6 IS NULL OR priority = ?6)
         AND (?7 IS NULL OR category = ?7)
         AND (?4 IS NULL OR instr(lower(id || ' ' || title || ' ' || coalesce(reason, '')), lower(?4)) > 0)
       ORDER BY created_at DESC, id DESC LIMIT ?3 OFFSET ?5`,
      status ?? null,
      project ?? null,
      limit,
      search || null,
      offset,
      priority ?? null,
      category ?? null,
    ),
  ids: (db: ViewDatabase, prefix: string): Row[] =>
    db.all('SELECT id FROM tasks WHERE created IS NOT NULL AND substr(id, 1, length(?1)) = ?1 ORDER BY created_at DESC LIMIT 20', prefix),
  tokens: (db: ViewDatabase, task: SqlValue): Row[] =>
    db.all(
      `SELECT task_id AS task, activity_name AS activity, agent, count(*) AS calls, sum(input_tokens) AS inputTokens, sum(output_tokens) AS outputTokens,
         sum(cache_read_tokens) AS cacheReadTokens, sum(cache_write_tokens) AS cacheWriteTokens, sum(cost_usd) AS costUsd
       FROM tokens WHERE ?1 IS NULL OR task_id = ?1 GROUP BY task_id, activity_name, agent ORDER BY max(recorded_at) DESC`,
      task,
    ),
  health: (db: ViewDatabase, limit: number): Row[] =>
    db.all(
      'SELECT id, event_type AS type, details, task_id AS task, created_at AS at FROM health_events ORDER BY created_at DESC LIMIT ?',
      limit,
    ),
  statistics: sumUp,
  dispatches: dispatchesOf,
  workload: workloadSince,
  lessonsNear,
  lessonIds,
  lessonsBeginning,
  lessonUses,
  lessonsOf,
} as const
