import { faultsOf } from '../../bus/envelope.ts'
import { Plan } from '../../domain/catalogue/plan.ts'
import { defineFunction } from '../define-function.ts'
import { jsonAnswer } from '../reasoning/json-answer.ts'
import { planFaults } from './plan-faults.ts'

/** Takes the planner's answer for a plan only when it is complete, stays in the repository and says what can be checked; says every fault otherwise. */
export default defineFunction({
  on: ['plan.answered'],
  emits: ['plan.drafted', 'plan.refused'],
  timeout: '1m',
  retry: { attempts: 5, backoff: ['1s', '10s', '1m'] },
  handler: async ({ event, state, say, blobs }) => {
    const task = await state()
    const revision = task.planRevision + 1
    const { plan, faults } = readPlan(await blobs.text(event.data.answer))
    if (!plan) return [say('plan.refused', { faults: faults.slice(0, 30), answer: event.data.answer, revision })]
    const stored = await blobs.put(`${JSON.stringify(plan, null, 2)}\n`, 'application/json')
    return [
      say('plan.drafted', {
        plan: stored,
        planHash: stored.sha256,
        revision,
        summary: plan.summary.slice(0, 2000),
        steps: plan.steps.length,
        criteria: plan.acceptance_criteria.length,
      }),
    ]
  },
})

/** The plan in an answer, or everything that keeps it from being one. Pure. */
export const readPlan = (answer: string): { plan?: Plan; faults: string[] } => {
  const found = jsonAnswer(answer)
  if (found === null) return { faults: ['the answer holds no JSON object'] }
  const parsed = Plan.safeParse(found)
  if (!parsed.success) return { faults: faultsOf(parsed.error) }
  const faults = planFaults(parsed.data)
  return faults.length > 0 ? { faults } : { plan: parsed.data, faults }
}
