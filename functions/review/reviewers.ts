import type { Lane, Purpose } from '../../domain/catalogue/shared.ts'
import type { Task } from '../../domain/task.ts'
import type { Agents } from '../ports.ts'
import type { LaneSettings, Settings } from '../settings.ts'

/** Whose model an agent is: what `family` says, else the program of its preset; any other agent is a family of its own. Pure. */
export const familyOf = (agents: Settings['agents'], name: string): string => {
  const { family, preset } = agents[name] ?? {}
  return family ?? (preset === undefined || preset === 'scripted' ? name : preset)
}

/** Whether one agent may judge what the other wrote: a model shares its own blind spots, under whatever name. Pure. */
export const mayReview = (agents: Settings['agents'], reviewer: string, implementer: string): boolean =>
  familyOf(agents, reviewer) !== familyOf(agents, implementer)

/**
 * The lanes over which a question may be asked: none whose model is of the family that wrote what it is asked to judge. A lane whose family
 * nobody knows is one of its own. Pure.
 */
export const lanesOpenTo = (
  { purpose, implementer }: { readonly purpose: Purpose; readonly implementer: string | undefined },
  { agents, lanes }: Pick<Settings, 'agents' | 'lanes'>,
): LaneSettings => {
  if (purpose !== 'review' || implementer === undefined) return lanes
  const author = familyOf(agents, implementer)
  const isOpen = (lane: Lane): boolean => lane === 'cli' || lanes[lane]?.family !== author
  const order = lanes.order.filter(isOpen)
  const fixed = lanes.purpose.review
  const { review: _, ...rest } = lanes.purpose
  return {
    ...lanes,
    order,
    purpose: fixed && !isOpen(fixed) ? rest : lanes.purpose,
    browser: isOpen('browser') ? lanes.browser : undefined,
  }
}

/** The attempt's reviewer, else any other that reviews, none of the family that wrote the code and none that stayed silent. Pure. */
export const nextReviewer = (
  task: Pick<Task, 'rounds' | 'silentReviewers'>,
  agents: Pick<Agents, 'names' | 'has'>,
  settings: Settings['agents'],
): string | undefined => {
  const { reviewer, implementer } = task.rounds.at(-1)!.attempt
  const others = agents.names().filter((name) => agents.has(name, 'review'))
  return [reviewer, ...others].find(
    (name) => name !== 'none' && mayReview(settings, name, implementer) && !task.silentReviewers.includes(name),
  )
}
