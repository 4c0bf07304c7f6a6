import { milliseconds } from '../../bus/duration.ts'
import { defineFunction } from '../define-function.ts'

/** Opens the human gate for a plan, with a reminder at half of its time. Where the operator wants no gate, the policy approves. */
export default defineFunction({
  on: ['plan.drafted'],
  emits: ['gate.opened', 'gate.reminded', 'gate.expired', 'plan.approved'],
  timeout: '30s',
  retry: { attempts: 5, backoff: ['1s', '10s', '1m'] },
  guard: true,
  handler: async ({ event, state, say, later, services }) => {
    const task = await state()
    const { planHash } = event.data
    // The fold did not take this plan: another one is approved already.
    if (task.plan?.planHash !== planHash || task.rounds.length > 0) return []
    const opened = Date.parse(event.time)
    const waits = milliseconds(services.config.gate.expiry)
    const expiresAt = new Date(opened + waits)
    const { missing } = services.sandbox
    const open = say('gate.opened', { planHash, expiresAt: expiresAt.toISOString(), ...(missing ? { unconfined: missing } : {}) })
    if (task.routed?.gate === 'automatic')
      return [open, say('plan.approved', { planHash, by: 'policy', channel: 'policy', reason: '[gate] automatic = true' })]
    return [
      open,
      later(new Date(opened + waits / 2), 'gate.reminded', { planHash, expiresAt: expiresAt.toISOString() }),
      later(expiresAt, 'gate.expired', { planHash }),
    ]
  },
})
