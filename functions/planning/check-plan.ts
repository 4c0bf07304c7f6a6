import { faultsOf } from '../../bus/envelope.ts'
import { Plan } from '../../domain/catalogue/plan.ts'
import type { Task } from '../../domain/task.ts'
import { defineFunction } from '../define-function.ts'
import { isGitProblem } from '../execution/git-problem.ts'
import { jsonAnswer } from '../reasoning/json-answer.ts'
import { planFaults } from './plan-faults.ts'

/**
 * Takes the planner's answer for a plan only when it is complete, stays in the repository, says what can be checked and writes no file
 * that a filter would have to change; says every fault otherwise.
 */
export default defineFunction({
  on: ['plan.answered'],
  emits: ['plan.drafted', 'plan.refused', 'task.escalated'],
  timeout: '5m',
  retry: { attempts: 5, backoff: ['1s', '10s', '1m'] },
  handler: async ({ event, state, say, blobs, services }) => {
    const task = await state()
    const revision = task.planRevision + 1
    const refused = (faults: readonly string[]) => [
      say('plan.refused', { faults: faults.slice(0, 30), answer: event.data.answer, revision }),
    ]
    const { plan, faults } = readPlan(await blobs.text(event.data.answer))
    if (!plan) return refused(faults)
    try {
      const filtered = task.workspace ? await services.git.filters({ ...placeIn(task.workspace), files: plan.files_to_modify }) : new Map()
      if (filtered.size > 0) return refused([...filtered].map(inWords))
    } catch (error) {
      if (isGitProblem(error)) return [say('task.escalated', { reason: error.message, class: 'infrastructure' })]
      throw error
    }
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

const placeIn = ({ project, sha }: NonNullable<Task['workspace']>) => ({ project, sha })

const inWords = ([file, filter]: readonly [string, string]): string =>
  `files_to_modify: git passes "${file}" through the filter "${filter}", which Cortex does not run, and no task may write such a file: it may ` +
  'have to be encrypted or kept elsewhere. Do without it; a file that is deleted or moved unread stands in a step alone'

/** The plan in an answer, or everything that keeps it from being one. Pure. */
export const readPlan = (answer: string): { plan?: Plan; faults: string[] } => {
  const found = jsonAnswer(answer)
  if (found === null) return { faults: ['the answer holds no JSON object'] }
  const parsed = Plan.safeParse(found)
  if (!parsed.success) return { faults: faultsOf(parsed.error) }
  const faults = planFaults(parsed.data)
  return faults.length > 0 ? { faults } : { plan: parsed.data, faults }
}
