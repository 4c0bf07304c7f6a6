import { milliseconds } from '../../bus/duration.ts'
import { defineFunction } from '../define-function.ts'
import { dependencies, route } from './routing.ts'

/** How long a task may wait for others that whoever named them creates in the same moment. */
const PATIENCE_MS = 60_000

/** The coordinator: looks at a new (or retried) task and says who shall do it, or what it must wait for. */
export default defineFunction({
  on: ['task.created', 'task.retried'],
  emits: ['task.routed', 'task.blocked', 'task.failed', 'task.awaited', 'task.overdue'],
  timeout: '30s',
  retry: { attempts: 5, backoff: ['1s', '10s', '1m'] },
  guard: true,
  handler: async ({ event, state, say, later, now, services }) => {
    const task = await state()
    if (task.routed || task.phase === 'blocked') return []
    const others = await Promise.all((task.created?.dependsOn ?? []).map((id) => state(id)))
    const { waitingFor, missing, failed } = dependencies(task, others)
    if (failed) return [say('task.failed', { reason: failed, class: 'dependency' })]
    const first = waitingFor.length > 0 ? say('task.blocked', { waitingFor }) : say('task.routed', route(task, services.config))
    const overdue = new Date(now().getTime() + milliseconds(services.config.limits.task_age))
    const awaited = new Date(now().getTime() + PATIENCE_MS)
    return [
      first,
      later(overdue, 'task.overdue', { since: event.time }),
      ...(missing.length > 0 ? [later(awaited, 'task.awaited', { waitingFor: missing })] : []),
    ]
  },
})
