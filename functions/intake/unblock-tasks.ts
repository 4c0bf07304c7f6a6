import { storyFilter } from '../../bus/subjects.ts'
import type { Task } from '../../domain/task.ts'
import { defineFunction } from '../define-function.ts'
import { dependencies, route } from './routing.ts'

/** When a task is done, the ones that wait for it go on; when it failed or was cancelled, they fail with its reason. */
export default defineFunction({
  on: ['task.blocked', 'task.completed', 'task.failed', 'task.cancelled'],
  emits: ['task.routed', 'task.failed'],
  timeout: '1m',
  retry: { attempts: 8, backoff: ['1s', '5s', '30s'] },
  concurrency: 1,
  afterEnd: true,
  handler: async ({ event, state, openStates, say, services }) => {
    // One that came to wait concerns itself alone: a look at all open tasks for each would cost the square of a thousand of them.
    const concerned =
      event.type === 'task.blocked'
        ? [await state(event.subject)]
        : (await openStates()).filter((task) => task.created?.dependsOn.includes(event.subject))
    const blocked = concerned.filter(({ phase }) => phase === 'blocked')
    const looks = new Map<string, Promise<Task>>()
    const look = (id: string): Promise<Task> => {
      const known = looks.get(id) ?? state(id)
      looks.set(id, known)
      return known
    }
    const decisions = await Promise.all(
      blocked.map(async (task) => {
        const others = await Promise.all((task.created?.dependsOn ?? []).map(look))
        const { waitingFor, failed } = dependencies(task, others)
        const to = { id: task.id, guard: { filter: storyFilter(task.id), sequence: task.sequence } }
        if (failed) return [say('task.failed', { reason: failed, class: 'dependency' }, to)]
        return waitingFor.length > 0 ? [] : [say('task.routed', route(task, services.config), to)]
      }),
    )
    return decisions.flat()
  },
})
