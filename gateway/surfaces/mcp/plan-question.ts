import { z } from 'zod'
import { Plan } from '../../../domain/catalogue/plan.ts'
import { line } from '../../../domain/words/plain.ts'

/** What a person at a client is asked about a plan, and how the answer is read. Pure. */

export const PlanDecision = z.object({
  decision: z.enum(['approve', 'reject', 'ask for changes']).describe('Approve lets the work start, reject ends the task'),
  comment: z.string().max(2000).optional().describe('Why, or what should change'),
})
export type PlanDecision = z.infer<typeof PlanDecision>

/** Characters of a plan that a person is shown in a question: clients put it on a screen. */
const MOST = 20_000

/** The question: what will be done, how, and which plan exactly is meant. */
export const planQuestion = (task: { id: string; title: string }, planHash: string, stored: string, base?: string): string => {
  const plan = planInWords(stored)
  const rest = plan.length > MOST ? [`[cut here: read all of it at cortex://tasks/${task.id}/plan before you decide]`] : []
  return [
    'Shall Cortex work by this plan?',
    `Task: ${line(task.title)} (${task.id})`,
    '',
    plan.slice(0, MOST),
    ...rest,
    '',
    ...aboutBase(base),
    `Plan hash: ${planHash}`,
  ].join('\n')
}

/** What a person should know of the base, in lines that none of the output can look like. */
export const aboutBase = (base: string | undefined): string[] =>
  base === undefined ? [] : [...base.split('\n').map((each, index) => `${index === 0 ? 'The base: ' : '| '}${line(each)}`), '']

/** A stored plan for a person; as it stands, on one line, where it is no plan of the current form. */
export const planInWords = (stored: string): string => {
  const plan = readPlan(stored)
  if (!plan) return line(stored)
  return [
    line(plan.summary),
    'Steps:',
    ...plan.steps.map(({ description, file }, index) => `${index + 1}. ${line(description)}${file ? ` [${line(file)}]` : ''}`),
    `Files: ${plan.files_to_modify.map(line).join(', ')}`,
    'Done when:',
    ...plan.acceptance_criteria.map((criterion) => `- ${line(criterion)}`),
    `Complexity: ${plan.estimated_complexity}${plan.risk_assessment ? `. Risk: ${line(plan.risk_assessment)}` : ''}`,
  ].join('\n')
}

const readPlan = (stored: string): Plan | undefined => {
  try {
    return Plan.safeParse(JSON.parse(stored)).data
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
