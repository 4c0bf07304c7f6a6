import { type Duration, milliseconds } from '../../bus/duration.ts'
import { RetryAfter } from '../../bus/errors.ts'
import { defineFunction } from '../define-function.ts'

/**
 * The pauses that Standard Webhooks recommends after the first attempt. The first is a moment over five seconds, for a
 * pause longer than that leaves its place to others.
 */
const pauses: readonly Duration[] = ['5001ms', '5m', '30m', '2h', '5h', '10h', '14h', '20h', '24h']
const ATTEMPTS = pauses.length + 1
/** A receiver may ask for a longer pause, up to this. */
const LONGEST_PAUSE_MS = 86_400_000
/** Tells one receiver. What it does not take is tried again for three days; that it could not be told ends no task. */
export default defineFunction({
  on: ['callback.due'],
  emits: ['callback.delivered', 'callback.failed', 'callback.due'],
  records: ['callback.missed'],
  timeout: '1m',
  retry: { attempts: ATTEMPTS, backoff: pauses },
  concurrency: 64,
  effect: true,
  afterEnd: true,
  tells: true,
  handler: async ({ event, state, say, later, record, services, now, attempt: tries, signal }) => {
    const { receiver, payload, putOff } = event.data
    const delivery = putOff?.delivery ?? event.id
    const attempt = (putOff?.attempts ?? 0) + tries
    const at = now()
    const url = (await state()).created?.callbackUrl
    const result = await services.callbacks.post({ receiver, url, id: delivery, at, body: JSON.stringify(payload), signal })
    const about = { receiver, delivery, event: payload.type, attempt }
    switch (result.outcome) {
      case 'delivered': {
        const { status, isSigned } = result
        return [say('callback.delivered', { ...about, status, isSigned, durationMs: now().getTime() - at.getTime() })]
      }
      case 'gone':
      case 'refused':
        return [say('callback.failed', { ...about, class: result.outcome, reason: result.reason })]
      case 'busy': {
        const again = new Date(at.getTime() + result.comeAgainMs)
        return [later(again, 'callback.due', { receiver, payload, putOff: { delivery, attempts: attempt - 1 } })]
      }
      case 'missed': {
        if (attempt >= ATTEMPTS) return [say('callback.failed', { ...about, class: 'exhausted', reason: result.reason })]
        await record('callback.missed', { ...about, reason: result.reason })
        throw pauseBefore(tries, result)
      }
    }
  },
})

/** The schedule's pause, or the receiver's own when that one is longer. */
const pauseBefore = (tries: number, { reason, retryAfterMs = 0 }: { reason: string; retryAfterMs?: number }): Error => {
  const scheduled = milliseconds(pauses[Math.min(tries, pauses.length) - 1] ?? '24h')
  return retryAfterMs > scheduled ? new RetryAfter(Math.min(retryAfterMs, LONGEST_PAUSE_MS), reason) : new Error(reason)
}
