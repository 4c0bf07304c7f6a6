import type { JobView } from '../../jobs/jobs.ts'
import { confidenceGain, latencyOf } from './envelope.ts'

/** The value below which that share of the values lies, by the nearest rank; null when there is none. */
export const percentile = (values: readonly number[], share: number): number | null =>
  values.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(values.length * share) - 1)] ?? null

const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole)

const latencies = (jobs: readonly JobView[], of: keyof ReturnType<typeof latencyOf>) => {
  const values = jobs.map((job) => latencyOf(job)[of]).filter((value) => value !== null)
  return { p50: percentile(values, 0.5), p95: percentile(values, 0.95) }
}

/** How the ended jobs went. Shares are 0 to 1, times milliseconds; null where there is nothing to count. Pure. */
export const jobMetrics = (ended: readonly JobView[]) => {
  const completed = ended.filter(({ state }) => state === 'completed')
  const errors: Record<string, number> = {}
  for (const { error } of ended) if (error) errors[error.code] = (errors[error.code] ?? 0) + 1
  const models = [...Map.groupBy(ended, ({ request }) => request.model)].map(([model, jobs]) => {
    const good = jobs.filter(({ state }) => state === 'completed').length
    return [model, { jobs: jobs.length, completed: good, success_rate: share(good, jobs.length) }] as const
  })
  const gains = ended.filter(({ request }) => request.aggressive).map((job) => confidenceGain(job).delta)
  const judged = gains.filter((gain) => gain !== null)
  return {
    ended: ended.length,
    completed: completed.length,
    success_rate: share(completed.length, ended.length),
    latency: {
      queue_wait_ms: latencies(completed, 'queue_wait_ms'),
      model_ms: latencies(completed, 'model_ms'),
      total_ms: latencies(completed, 'total_ms'),
    },
    models: Object.fromEntries(models),
    errors,
    /** A try wins when the model is surer after it than before. */
    aggressive: { jobs: gains.length, judged: judged.length, win_rate: share(judged.filter((gain) => gain > 0).length, judged.length) },
  }
}
