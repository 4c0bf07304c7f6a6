import { z } from 'zod'
import type { Operations } from '../../operations.ts'
import { defineTool } from './define-tool.ts'

const units: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 }

/** Milliseconds of "24h". */
const lengthOf = (range: string): number => Number(range.slice(0, -1)) * (units[range.slice(-1)] ?? 0)

type Listed = Awaited<ReturnType<Operations['list']>>['tasks'][number]

const PAGE = 200
const MOST = 5000

/** Tasks that were created since then, newest first; `complete` is false when there are more than are looked at. */
const createdSince = async (operations: Operations, since: string): Promise<{ tasks: Listed[]; complete: boolean }> => {
  const tasks: Listed[] = []
  while (tasks.length < MOST) {
    const page = (await operations.list({ limit: PAGE, offset: tasks.length })).tasks
    const young = page.filter(({ createdAt }) => createdAt >= since)
    tasks.push(...young)
    if (young.length < PAGE) return { tasks, complete: true }
  }
  return { tasks, complete: false }
}

/** Tallies of tasks; times in milliseconds, null where there is nothing to say it of. Pure. */
export const metricsOf = (tasks: readonly Pick<Listed, 'status' | 'createdAt' | 'updatedAt'>[]) => {
  const count = (status: string): number => tasks.filter((task) => task.status === status).length
  const [completed, failed] = [count('completed'), count('failed')]
  const times = tasks
    .filter(({ status }) => status === 'completed')
    .map(({ createdAt, updatedAt }) => Date.parse(updatedAt) - Date.parse(createdAt))
    .sort((one, other) => one - other)
  return {
    tasks: { total: tasks.length, queued: count('queued'), in_progress: count('in_progress'), completed, failed },
    success_rate: completed + failed > 0 ? completed / (completed + failed) : null,
    median_time_ms: times[Math.floor((times.length - 1) / 2)] ?? null,
  }
}

export default defineTool({
  name: 'cortex_get_metrics',
  title: 'Look at the figures',
  description:
    'Says how many tasks of the last hours or days are queued, in progress, completed and failed, how long they took, and what is open now.',
  readOnly: true,
  idempotent: true,
  input: z.object({
    time_range: z
      .string()
      .regex(/^[1-9]\d{0,3}[mhdw]$/, 'a time range looks like "30m", "24h", "7d" or "4w"')
      .default('24h')
      .describe('tasks created within it: 30m, 24h, 7d, 4w'),
  }),
  handler: async ({ time_range }, { operations, now }) => {
    const since = new Date(now().getTime() - lengthOf(time_range)).toISOString()
    const [{ tasks, complete }, system] = await Promise.all([createdSince(operations, since), operations.system()])
    return {
      time_range,
      since,
      ...metricsOf(tasks),
      open_by_phase: system.open,
      running: system.running.length,
      ...(system.disk ? { disk: system.disk } : {}),
      ...(complete ? {} : { note: `there are more tasks in this time; these are the newest ${MOST}` }),
    }
  },
})
