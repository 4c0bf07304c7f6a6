import type { Plan } from '../../domain/catalogue/plan.ts'
import { plain, shortened } from './plain-words.ts'

/** Characters: what every platform takes in one card, with room for the rest of it. */
const LENGTH = 1800
const MAX_STEPS = 12

/** A plan as people read it before they decide; a long one is shortened, and says so. Pure. */
export const planWords = (plan: Plan): string => {
  const steps = plan.steps.map(({ description, file }, index) => `${index + 1}. ${line(description)}${file ? ` (\`${line(file)}\`)` : ''}`)
  const parts = [
    line(plan.summary, 500),
    ['**Steps**', ...capped(steps)].join('\n'),
    ['**Acceptance criteria**', ...capped(plan.acceptance_criteria.map((criterion) => `• ${line(criterion)}`))].join('\n'),
    `**Files**: ${capped(plan.files_to_modify.map((file) => `\`${line(file)}\``)).join(', ')}`,
    `**Complexity**: ${plan.estimated_complexity}${plan.risk_assessment ? `. **Risk**: ${line(plan.risk_assessment, 300)}` : ''}`,
  ]
  const text = parts.join('\n\n')
  return text.length <= LENGTH ? text : `${text.slice(0, LENGTH - 30).trimEnd()}…\n(the plan is longer)`
}

const line = (text: string, length = 200): string => plain(shortened(text.replace(/\s+/g, ' '), length))

const capped = (lines: readonly string[]): string[] =>
  lines.length <= MAX_STEPS ? [...lines] : [...lines.slice(0, MAX_STEPS), `… and ${lines.length - MAX_STEPS} more`]
