import { milliseconds } from '../../bus/duration.ts'
import { defineFunction } from '../define-function.ts'

/** A task that was opened again for a dead letter gets it, whatever becomes of whoever asked for that; and the age of every task that goes on after an end counts from here. */
export default defineFunction({
  on: ['task.resumed', 'yardstick.approved'],
  emits: ['task.overdue'],
  timeout: '30s',
  retry: { attempts: 5, backoff: ['1s', '10s', '1m'] },
  handler: async ({ event, later, now, services, signal }) => {
    if ('letter' in event.data && event.data.letter !== undefined) await services.deadLetters.redrive(event.data.letter, signal)
    const overdue = new Date(now().getTime() + milliseconds(services.config.limits.task_age))
    return [later(overdue, 'task.overdue', { since: event.time })]
  },
})
