import { milliseconds } from '../../bus/duration.ts'
import { defineFunction } from '../define-function.ts'
import { dependencies, route } from './routing.ts'

/** The coordinator: looks at a new (or retried) task and says who shall do it, or what it must wait for. */
export default defineFunction({
  on: ['task.created', 'task.retried'],
  emits: ['task.routed', 'task.blocked', 'task.failed', 'task.overdue'],
  timeout: '30s',
  retry: { attempts: 5, backoff: ['1s', '10s', '1m'] },
  guard: true,
  handler: async ({ event, state, say, later, now, services }) => {
    const task = await state()
    if (task.routed || task.phase === 'blocked') return []
    const others = await Promise.all((task.created?.dependsOn ?? []).map((id) => state(id)))
    const { waitingFor, failed } = dependencies(task, others)
    if (failed) return [say('task.failed', { reason: failed, class: 'dependency' })]
    const first = waitingFor.length > 0 ? say('task.blocked', { waitingFor }) : say('task.routed', route(task, services.config))
    const overdue = new Date(now().getTime() + milliseconds(services.config.limits.task_age))
    return [first, later(overdue, 'task.overdue', { since: event.time })]
  },
})
