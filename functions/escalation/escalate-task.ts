import { step } from '../../bus/next-steps.ts'
import { openSince } from '../../domain/task.ts'
import { defineFunction } from '../define-function.ts'

/** No delivery takes as long as that. */
const DELIVERY_MS = 86_400_000

/** No task ever just stops: what a function gave up on, and what has been open for too long, goes to a person. */
export default defineFunction({
  on: ['function.failed', 'task.overdue'],
  emits: ['task.escalated'],
  timeout: '30s',
  retry: { attempts: 8, backoff: ['1s', '5s', '30s'] },
  guard: true,
  handler: async ({ event, state, say, now, services }) => {
    const task = await state()
    if (!task.created) return []
    if (event.type === 'task.overdue') {
      // The timer of an earlier opening.
      if (openSince(task) !== event.data.since) return []
      // What is being delivered is as good as done: an escalation now would lie.
      if (task.finishing && now().getTime() - Date.parse(task.phases.at(-1)?.at ?? '') < DELIVERY_MS) return []
      return [say('task.escalated', { reason: `it has been open since ${event.data.since} and is still ${task.phase}`, class: 'overdue' })]
    }
    const { function: fn, reason, attempts, causeType } = event.data
    if (services.functions.onlyTells(fn)) return []
    return [
      say('task.escalated', {
        reason: `${fn} gave up on ${causeType || 'a message'} after ${attempts} tries: ${reason}; \`${step('dead')}\` shows it`,
        class: 'function_failed',
      }),
    ]
  },
})
