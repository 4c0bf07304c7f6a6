import { defineFunction } from '../define-function.ts'

/** No task ever just stops: what a function gave up on, and what has been open for too long, goes to a person. */
export default defineFunction({
  on: ['function.failed', 'task.overdue'],
  emits: ['task.escalated'],
  timeout: '30s',
  retry: { attempts: 8, backoff: ['1s', '5s', '30s'] },
  guard: true,
  handler: async ({ event, state, say, services }) => {
    const task = await state()
    if (!task.created) return []
    if (event.type === 'task.overdue') {
      const runBegan = task.phases.findLast(({ phase }) => phase === 'created')?.at
      // What is being delivered is as good as done: an escalation now would lie.
      if (runBegan !== event.data.since || task.finishing) return []
      return [say('task.escalated', { reason: `it has been open since ${event.data.since} and is still ${task.phase}`, class: 'overdue' })]
    }
    const { function: fn, reason, attempts, causeType } = event.data
    if (services.functions.onlyTells(fn)) return []
    return [
      say('task.escalated', {
        reason: `${fn} gave up on ${causeType || 'a message'} after ${attempts} tries: ${reason}; \`cortex dead\` shows it`,
        class: 'function_failed',
      }),
    ]
  },
})
