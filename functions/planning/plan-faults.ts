import type { Plan } from '../../domain/catalogue/plan.ts'

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
  ...plan.files_to_modify.flatMap((file, index) => pathFault(`files_to_modify.${index}`, file)),
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

const pathFault = (place: string, file: string): string[] => {
  const why = whyOutside(file)
  return why ? [`${place}: "${short(file)}" ${why}; name paths from the root of the repository`] : []
}

const whyOutside = (file: string): string | undefined => {
  const parts = file.split(/[/\\]/).map((part) => part.trim())
  if (/\p{Cc}/u.test(file)) return 'holds a sign that draws nothing'
  if (/^\s*([/\\~]|[A-Za-z]:[/\\])/.test(file)) return 'is no path in the repository'
  if (parts.includes('..')) return 'leads out of the repository'
  return parts.some((part) => part.toLowerCase() === '.git') ? "is git's own" : undefined
}

const WHO = 'it|this|that|all|everything|(?:(?:the|all) )?(?:code|features?|changes?|fix|task|plan|implementation|functions?|app|program)'
const GOOD = 'working|done|completed?|finished|implemented|ok|okay|good|fine|correct|ready|made|fixed|successful'
const IS = 'is|are|was|has been|(?:must|should) be'
const HOW =
  'correctly|properly|well|fine|as (?:it should|expected|intended|planned|described|required)|without (?:errors|problems|issues|bugs)'
/** Sentences that are true of every change, whatever it does. */
const EMPTY = [
  new RegExp(
    `^(?:(?:${WHO}) )?(?:(?:${IS}) )?(?:(?:${GOOD})(?: and (?:${GOOD}))*|(?:must |should |will |does )?(?:works?|functions?))(?: (?:${HOW}))?$`,
    'i',
  ),
  /^(?:(?:to ?do|tbd|fixme|xxx|foo|bar|placeholder|criterion|lorem|ipsum)(?: |\d|$)+)+$/i,
  /^(?:n[ /]?a|none|nothing|to be (?:done|defined)|no (?:bugs|errors|problems|issues))$/i,
]

const saysNothing = (criterion: string): boolean => {
  const words = criterion
    .replace(/[^\p{L}\p{N}'’ -]+/gu, ' ')
    .trim()
    .replace(/\s+/g, ' ')
  const isLatin = /^[\p{Script=Latin}\p{Script=Common}]*$/u.test(words)
  if ([...words].length < (isLatin ? 6 : 3)) return true
  return EMPTY.some((sentence) => sentence.test(words))
}

const short = (text: string): string => text.slice(0, 120)
