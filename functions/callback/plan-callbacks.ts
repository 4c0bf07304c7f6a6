import { defineFunction } from '../define-function.ts'
import { payloadOf } from './payload.ts'
import { receiversOf } from './receivers.ts'

/** Plans one delivery for everyone who is to be told of a task's end, or of a plan that waits for a person. */
export default defineFunction({
  on: ['task.completed', 'task.failed', 'task.escalated', 'task.cancelled', 'gate.opened'],
  emits: ['callback.due'],
  timeout: '30s',
  retry: { attempts: 8, backoff: ['1s', '10s', '1m', '10m'] },
  afterEnd: true,
  tells: true,
  handler: async ({ event, state, say, services }) => {
    const task = await state()
    // A plan that nobody has to decide on is no news.
    if (event.type === 'gate.opened' && task.routed?.gate === 'automatic') return []
    const receivers = receiversOf(services.config.gateway.webhooks, event.type, task.created?.callbackUrl)
    if (receivers.length === 0) return []
    const payload = payloadOf(event, task)
    return receivers.map((receiver) => say('callback.due', { receiver, payload }))
  },
})
