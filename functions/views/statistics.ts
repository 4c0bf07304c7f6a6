import { endedStatuses } from '../../domain/phases.ts'
import type { Row, ViewDatabase } from './define-view.ts'

/** Sums for plots. Days are UTC, `YYYY-MM-DD`, oldest first; days without anything are left out. */
export interface Statistics {
  /** How many tasks ended each day in each way: completed, failed, escalated, cancelled. */
  readonly outcomes: readonly { readonly day: string; readonly outcome: string; readonly tasks: number }[]
  /** How long a stay in each phase took: half of them were shorter than the median, nine of ten shorter than `slowMs`. */
  readonly stages: readonly { readonly stage: string; readonly stays: number; readonly medianMs: number; readonly slowMs: number }[]
  /** What calls of agents took each day; `usd` is null where none has a price. */
  readonly costs: readonly { readonly day: string; readonly usd: number | null; readonly tokens: number; readonly calls: number }[]
}

/** The sums since that time (ISO 8601). */
export const sumUp = (db: ViewDatabase, since: string): { outcomes: Row[]; stages: Row[]; costs: Row[] } => ({
  outcomes: db.all(OUTCOMES, since),
  stages: db.all(STAGES, since),
  costs: db.all(COSTS, since),
})

const OUTCOMES = `
  SELECT substr(ended, 1, 10) AS day, phase AS outcome, count(*) AS tasks
  FROM (SELECT phase, coalesce(json_extract(fold, '$.end.at'), updated_at) AS ended FROM tasks
        WHERE status IN ('${endedStatuses.join("', '")}') AND created IS NOT NULL AND updated_at >= ?1)
  WHERE ended >= ?1 GROUP BY day, outcome ORDER BY day, outcome`

const STAGES = `
  WITH entered AS (
    SELECT id, key AS place, value ->> '$.phase' AS stage, julianday(value ->> '$.at') AS at
    FROM (SELECT tasks.id, phase.key, phase.value FROM tasks, json_each(tasks.fold, '$.phases') AS phase WHERE updated_at >= ?1)),
  stays AS (SELECT stage, (lead(at) OVER (PARTITION BY id ORDER BY place) - at) * 86400000 AS ms FROM entered),
  ranked AS (
    SELECT stage, ms, row_number() OVER (PARTITION BY stage ORDER BY ms) AS rank, count(*) OVER (PARTITION BY stage) AS stays
    FROM stays WHERE ms IS NOT NULL)
  SELECT stage, stays, cast(round(max(CASE WHEN rank = (stays + 1) / 2 THEN ms END)) AS INTEGER) AS medianMs,
    cast(round(max(CASE WHEN rank = (stays * 9 + 9) / 10 THEN ms END)) AS INTEGER) AS slowMs
  FROM ranked GROUP BY stage, stays`

const COSTS = `
  SELECT substr(recorded_at, 1, 10) AS day, sum(cost_usd) AS usd, sum(input_tokens + output_tokens) AS tokens, count(*) AS calls
  FROM tokens WHERE recorded_at >= ?1 GROUP BY day ORDER BY day`
