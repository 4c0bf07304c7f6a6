import { chatStep } from '../../bus/next-steps.ts'
import { isApproved } from '../../domain/task.ts'
import { defineFunction } from '../define-function.ts'

/** Ends a task whose plan was refused, or for which nobody decided in time. The timer decides nothing: the state does. */
export default defineFunction({
  on: ['plan.rejected', 'gate.expired'],
  emits: ['task.failed'],
  timeout: '30s',
  retry: { attempts: 5, backoff: ['1s', '10s', '1m'] },
  guard: true,
  handler: async ({ event, state, say }) => {
    const task = await state()
    if (event.type === 'plan.rejected')
      return [
        say('task.failed', {
          reason: `${event.data.by} rejected the plan${event.data.reason ? `: ${event.data.reason}` : ''}`,
          class: 'rejected',
        }),
      ]
    if (task.gate?.planHash !== event.data.planHash || isApproved(task)) return []
    // The same plan may have been drawn up twice: the timer of its first gate does not close the second.
    if (event.time < task.gate.expiresAt) return []
    return [
      say('task.failed', {
        reason: `nobody decided about the plan by ${task.gate.expiresAt}; \`${chatStep(`retry ${task.id}`)}\` plans again`,
        class: 'gate_expired',
      }),
    ]
  },
})
