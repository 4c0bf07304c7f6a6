import { checksFailed } from '../../domain/phases.ts'
import { defineFunction } from '../define-function.ts'
import { nextAttempt } from './next-attempt.ts'

/** Starts the first round after the approval, and decides after every failed one: another round with its findings, or a person. */
export default defineFunction({
  on: ['task.started', 'code.failed', 'review.rejected', ...checksFailed],
  emits: ['attempt.started', 'task.escalated'],
  timeout: '30s',
  retry: { attempts: 5, backoff: ['1s', '10s', '1m'] },
  guard: true,
  handler: async ({ event, state, say, services, now }) => {
    if (event.type === 'task.started' && event.data.stage !== 'code') return []
    const task = await state()
    const next = nextAttempt(task, { ...services.config, writes: (agent) => services.agents.has(agent, 'implement') }, now())
    if (next.kind === 'nothing') return []
    if (next.kind === 'escalate') return [say('task.escalated', { reason: next.reason, class: next.class, findings: next.findings })]
    const from = task.head && { sha: task.head.sha, bundle: task.head.bundle }
    const { attempt, feedback, recheck } = next
    return [say('attempt.started', { attempt, ...(from ? { from } : {}), feedback, ...(recheck ? { recheck } : {}) })]
  },
})
