import { RequestFault } from '../../bus/define-service.ts'
import type { CommandAnswer, StatusAnswer } from '../../gateway/answers.ts'
import type { Operations } from '../../gateway/operations.ts'
import type { TaskWish } from '../../gateway/services/task-wish.ts'

export type Told = { readonly command: string } & Readonly<Record<string, unknown>>

/** A status as a task that was just created has it. */
export const statusOfNew = (id: string, more: Partial<StatusAnswer> = {}): StatusAnswer => ({
  id,
  title: 'Deploy Monitoring Stack',
  type: 'user_query',
  status: 'queued',
  phase: 'queued',
  detail: '',
  waiting_for: ['place'],
  why: 'waits for a free place',
  category: 'infrastructure',
  priority: 3,
  created_at: '2026-01-02T10:00:00.000Z',
  updated_at: '2026-01-02T10:00:00.000Z',
  plan_revision: 0,
  files: [],
  findings: [],
  usage: { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 },
  durations: {},
  ...more,
})

/** Operations on tasks that nobody works on; what was asked for is kept. */
export const tasksInMemory = (given: readonly StatusAnswer[] = [], more: Partial<Operations> = {}) => {
  const tasks = new Map(given.map((status) => [status.id, status]))
  const wishes: TaskWish[] = []
  const told: Told[] = []
  const command = async (
    name: string,
    id: string,
    outcome: string,
    about: object,
    change: Partial<StatusAnswer>,
  ): Promise<CommandAnswer> => {
    told.push({ command: name, id, ...about })
    const before = tasks.get(id)
    if (before) tasks.set(id, { ...before, ...change })
    return { id, outcome }
  }
  const operations: Partial<Operations> = {
    submit: async (wish) => {
      wishes.push(wish)
      const id = wish.id ?? `task-chat-1767348000000-00000000${wishes.length}`
      const created_at = '2026-01-02T10:00:00.000Z'
      tasks.set(id, statusOfNew(id, { title: wish.title, priority: wish.priority ?? 5, category: wish.category ?? 'general' }))
      return { id, sequence: wishes.length, created_at, repeated: wishes.filter(({ key }) => key && key === wish.key).length > 1 }
    },
    status: async ({ id }) => {
      const ids = [...tasks.keys()].filter((one) => one.startsWith(id))
      const found = tasks.get(id) ?? (ids.length === 1 ? tasks.get(ids[0] ?? '') : undefined)
      if (found) return found
      throw new RequestFault(ids.length > 1 ? 409 : 404, [
        ids.length > 1 ? `"${id}" may be ${ids.length} tasks` : `there is no task "${id}"`,
      ])
    },
    list: async ({ status, category, limit = 50, offset = 0 }) => ({
      tasks: [...tasks.values()]
        .filter((task) => status === undefined || task.status === status)
        .filter((task) => category === undefined || task.category === category)
        .sort((one, other) => other.created_at.localeCompare(one.created_at))
        .slice(offset, offset + limit)
        .map(({ id, title, status, phase, category, priority, created_at, updated_at }) => {
          return { id, title, status, phase, category, priority, createdAt: created_at, updatedAt: updated_at }
        }),
    }),
    cancel: ({ id, reason }) =>
      command('cancel', id, 'task.cancelled', { reason }, { status: 'failed', phase: 'cancelled', detail: reason ?? '' }),
    retry: ({ id, ...said }) => command('retry', id, 'task.retried', said, { status: 'queued', phase: 'created' }),
    approve: (decision) => command('approve', decision.id, 'plan.approved', decision, { waiting_for: ['place'] }),
    reject: (decision) => command('reject', decision.id, 'plan.rejected', decision, { status: 'failed', phase: 'failed' }),
    question: (decision) => command('question', decision.id, 'plan.questioned', decision, { phase: 'planning' }),
    prioritise: ({ id, priority }) => command('prioritise', id, 'task.reprioritised', { priority }, { priority }),
    ...more,
  }
  return { operations, wishes, told, tasks }
}
