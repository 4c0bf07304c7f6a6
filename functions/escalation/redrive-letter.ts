import { defineFunction } from '../define-function.ts'

/** A task that was opened again for a dead letter gets it, whatever becomes of whoever asked for that. */
export default defineFunction({
  on: ['task.resumed'],
  emits: [],
  timeout: '30s',
  retry: { attempts: 5, backoff: ['1s', '10s', '1m'] },
  handler: async ({ event, services, signal }) => {
    if (event.data.letter !== undefined) await services.deadLetters.redrive(event.data.letter, signal)
    return []
  },
})
