import { chatStep, step } from '../../bus/next-steps.ts'
import { checksFailed } from '../../domain/phases.ts'
import type { Task } from '../../domain/task.ts'
import { defineFunction } from '../define-function.ts'
import { learnedRuleIn } from '../rules/rule-name.ts'
import { nextAttempt } from './next-attempt.ts'

/** Starts the first round after the approval, and decides after every failed one: another round with its findings, now or when a model is back, or a person. */
export default defineFunction({
  on: ['task.started', 'code.failed', 'review.rejected', ...checksFailed],
  emits: ['attempt.started', 'task.escalated', 'task.postponed'],
  timeout: '30s',
  retry: { attempts: 5, backoff: ['1s', '10s', '1m'] },
  guard: true,
  handler: async ({ event, state, say, later, services, now }) => {
    if (event.type === 'task.started' && event.data.stage !== 'code') return []
    const task = await state()
    const writers = services.agents.names().filter((name) => services.agents.has(name, 'implement'))
    const next = nextAttempt(task, { ...services.config, writers }, now())
    if (next.kind === 'nothing') return []
    if (next.kind === 'escalate')
      return [say('task.escalated', { reason: next.reason + howToOverrule(task), class: next.class, findings: next.findings })]
    const from = task.head && { sha: task.head.sha, bundle: task.head.bundle }
    const { attempt, feedback, recheck, wait } = next
    const round = { attempt, ...(from ? { from } : {}), feedback, ...(recheck ? { recheck } : {}) }
    if (!wait) return [say('attempt.started', round)]
    const { until, reason } = wait
    return [say('task.postponed', { until: until.toISOString(), reason }), later(until, 'attempt.started', round)]
  },
})

/** What a person types where a learned rule is what stopped the work: rules are models' words, and one may be wrong. */
const howToOverrule = ({ id, rounds }: Task): string => {
  const last = rounds.at(-1)
  const rule = last?.outcome === 'scan.failed' ? learnedRuleIn(last.findings[0]?.problem ?? '') : undefined
  return rule ? `; if that rule is wrong: ${step(`rules quarantine ${rule}`)}, then ${chatStep(`retry ${id}`)}` : ''
}
