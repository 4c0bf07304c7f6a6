import type { Plan } from '../../domain/catalogue/plan.ts'
import { saysNothing } from './empty-criteria.ts'
import { namesEverything, whyOutside } from './plan-paths.ts'

/** What a person can read before he approves it, and an agent can carry out in one go. */
const MOST = { steps: 40, files_to_modify: 100, acceptance_criteria: 30 } as const
/** Characters of one text, and of the plan as JSON. */
const MAX_TEXT = 4000
const MAX_PLAN = 60_000

/**
 * Everything that keeps a plan of the right shape from being one: it is too large to be read, leads out of the repository, or its
 * criteria say nothing that could be checked. In words for the planner. Pure.
 */
export const planFaults = (plan: Plan): string[] => [
  ...sizeFaults(plan),
  ...plan.files_to_modify.flatMap((file, index) => fileFault(`files_to_modify.${index}`, file)),
  ...plan.steps.flatMap(({ file }, index) => pathFault(`steps.${index}.file`, file)),
  ...plan.acceptance_criteria.flatMap((criterion, index) =>
    saysNothing(criterion) ? [`acceptance_criteria.${index}: "${short(criterion)}" says nothing that could be checked in the result`] : [],
  ),
]

const sizeFaults = (plan: Plan): string[] => {
  const lists = Object.entries(MOST).flatMap(([name, most]) => {
    // The names are those of the plan's lists, which the keys of an object have lost.
    const { length } = plan[name as keyof typeof MOST]
    return length > most ? [`${name}: ${length} are too many for one task, ${most} at most; plan a smaller change`] : []
  })
  const texts = [
    plan.summary,
    plan.risk_assessment,
    ...plan.acceptance_criteria,
    ...plan.files_to_modify,
    ...plan.steps.flatMap(Object.values),
  ]
  const longest = Math.max(...texts.map((text: string) => text.length))
  return [
    ...lists,
    ...(longest > MAX_TEXT ? [`a text of ${longest} characters is too long, ${MAX_TEXT} at most`] : []),
    ...(JSON.stringify(plan).length > MAX_PLAN ? [`the plan is longer than ${MAX_PLAN} characters; plan a smaller change`] : []),
  ]
}

const pathFault = (place: string, file: string, why = whyOutside(file)): string[] =>
  why ? [`${place}: "${short(file)}" ${why}; name paths from the root of the repository`] : []

/** A step may be about everything, or about no file. */
const fileFault = (place: string, file: string): string[] =>
  pathFault(place, file, namesEverything(file) ? 'names no file, or all of them' : whyOutside(file))

const short = (text: string): string => text.slice(0, 120)
