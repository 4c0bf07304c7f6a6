import { defineFunction } from '../define-function.ts'

/** A task may name others that are created in the same moment; what is not there by now is not coming any more. */
export default defineFunction({
  on: ['task.awaited'],
  emits: ['task.failed'],
  timeout: '30s',
  retry: { attempts: 8, backoff: ['1s', '5s', '30s'] },
  guard: true,
  handler: async ({ event, state, say }) => {
    if ((await state()).phase !== 'blocked') return []
    const others = await Promise.all(event.data.waitingFor.map((id) => state(id)))
    const missing = others.filter(({ created }) => !created).map(({ id }) => id)
    if (missing.length === 0) return []
    const reason = `it waits for ${missing.join(', ')}, which nobody created within a minute; create it, then retry this task`
    return [say('task.failed', { reason, class: 'dependency' })]
  },
})
