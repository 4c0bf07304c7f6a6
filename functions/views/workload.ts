import { openStatuses } from '../../domain/phases.ts'
import type { Row, ViewDatabase } from './define-view.ts'

/** One call of an agent. Times are ISO 8601; null is what nobody knows (yet). */
export interface Dispatch {
  readonly id: string
  readonly stage: string
  readonly agent: string
  readonly provider: string
  /** `running`, `completed` or `failed`. */
  readonly status: string
  readonly startedAt: string | null
  readonly finishedAt: string | null
  readonly durationMs: number | null
  readonly exitCode: number | null
  readonly reason: string | null
  readonly tokens: number | null
  readonly costUsd: number | null
}

/** What operators watch, and how it went since a time. */
export interface Workload {
  readonly dispatches: readonly { readonly total: number; readonly failed: number }[]
  /** Calls that run for tasks that are open. */
  readonly running: readonly { readonly stage: string; readonly calls: number }[]
  readonly tasks: readonly { readonly status: string; readonly tasks: number }[]
  /** Calls that ended since then; the last failure's reason, if any. */
  readonly agents: readonly {
    readonly agent: string
    readonly calls: number
    readonly failed: number
    readonly lastReason: string | null
  }[]
  readonly events: readonly { readonly type: string; readonly events: number }[]
}

/** The calls of one task, newest first; `?` is its id. */
export const dispatchesOf = (db: ViewDatabase, task: string): Row[] =>
  db.all(
    `SELECT id, stage, agent, provider, status, started_at AS startedAt, finished_at AS finishedAt, duration_ms AS durationMs,
       exit_code AS exitCode, reason,
       (SELECT sum(input_tokens + output_tokens) FROM tokens WHERE dispatch_id = dispatches.id AND task_id = ?1) AS tokens,
       (SELECT sum(cost_usd) FROM tokens WHERE dispatch_id = dispatches.id AND task_id = ?1) AS costUsd
     FROM dispatches WHERE task_id = ?1 ORDER BY coalesce(started_at, finished_at) DESC, id`,
    task,
  )

/** The sums since that time (ISO 8601); those of dispatches and tasks are of all times. */
export const workloadSince = (db: ViewDatabase, since: string): Record<keyof Workload, Row[]> => ({
  dispatches: db.all("SELECT count(*) AS total, count(CASE WHEN status = 'failed' THEN 1 END) AS failed FROM dispatches"),
  running: db.all(
    `SELECT stage, count(*) AS calls FROM dispatches JOIN tasks ON tasks.id = task_id
     WHERE dispatches.status = 'running' AND tasks.status IN ('${openStatuses.join("', '")}') GROUP BY stage ORDER BY stage`,
  ),
  tasks: db.all('SELECT status, count(*) AS tasks FROM tasks WHERE created IS NOT NULL GROUP BY status ORDER BY status'),
  agents: db.all(
    `SELECT agent, count(*) AS calls, count(CASE WHEN status = 'failed' THEN 1 END) AS failed,
       (SELECT reason FROM dispatches AS last WHERE last.agent = ended.agent AND last.status = 'failed' AND last.finished_at >= ?1
        ORDER BY last.finished_at DESC LIMIT 1) AS lastReason
     FROM dispatches AS ended WHERE finished_at >= ?1 GROUP BY agent ORDER BY failed DESC, agent`,
    since,
  ),
  events: db.all(
    'SELECT event_type AS type, count(*) AS events FROM health_events WHERE created_at >= ?1 GROUP BY event_type ORDER BY type',
    since,
  ),
})
