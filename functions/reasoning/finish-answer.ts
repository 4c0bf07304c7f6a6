import { defineFunction } from '../define-function.ts'
import { outcomeOf } from '../verification/outcome.ts'

const MAX_ANSWER = 30_000

/** Ends a task of workflow `answer` with what was answered. */
export default defineFunction({
  on: ['answer.answered'],
  emits: ['task.completed', 'task.escalated'],
  timeout: '30s',
  retry: { attempts: 5, backoff: ['1s', '10s', '1m'] },
  guard: true,
  handler: async ({ event, state, say, blobs, services }) => {
    const task = await state()
    const answer = (await blobs.text(event.data.answer)).trim()
    if (!answer) return [say('task.escalated', { reason: `${event.data.agent} answered with nothing`, class: 'bad_output' })]
    const shown =
      answer.length > MAX_ANSWER ? `${answer.slice(0, MAX_ANSWER)}\n(cut; the whole answer is blob ${event.data.answer.key})` : answer
    return [say('task.completed', { outcome: outcomeOf(task, { answer: shown, at: event.time, sandbox: services.sandbox }) })]
  },
})
