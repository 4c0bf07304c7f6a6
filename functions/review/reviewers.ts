import type { Lane, Purpose } from '../../domain/catalogue/shared.ts'
import { laneReviewers } from '../../domain/choices.ts'
import type { Task } from '../../domain/task.ts'
import type { Agents } from '../ports.ts'
import type { LaneSettings, Settings } from '../settings.ts'

type Reviewing = Pick<Settings, 'agents' | 'lanes'>

/** Whose model an agent is: what `family` says, else the program of its preset; any other agent is a family of its own. Pure. */
export const familyOf = (agents: Settings['agents'], name: string): string => {
  const { family, preset } = agents[name] ?? {}
  return family ?? (preset === undefined || preset === 'scripted' ? name : preset)
}

/** Whether one agent may judge what the other wrote: a model shares its own blind spots, under whatever name. Pure. */
export const mayReview = (agents: Settings['agents'], reviewer: string, implementer: string): boolean =>
  familyOf(agents, reviewer) !== familyOf(agents, implementer)

/** The lane that reviews by itself under this name; undefined for the name of an agent. Pure. */
export const laneOf = (name: string): Exclude<Lane, 'cli'> | undefined => laneReviewers.get(name)

/**
 * Agents, and after them the lanes that review by themselves: those that questions go over, and of which it is said whose model answers
 * there. Pure.
 */
export const withLaneReviewers = ({ agents, lanes }: Reviewing): Settings['agents'] => {
  const able = [...laneReviewers].flatMap(([name, lane]) => {
    const family = lanes[lane]?.family
    return lanes.order.includes(lane) && family !== undefined ? [[name, { family, roles: ['review' as const] }] as const] : []
  })
  return { ...agents, ...Object.fromEntries(able) }
}

/**
 * The lanes over which a question may be asked: none whose model is of the family that wrote what it is asked to judge, and what a lane is
 * asked itself, that one alone. A lane whose family nobody knows is one of its own. Pure.
 */
export const lanesOpenTo = (
  { purpose, agent, implementer }: { readonly purpose: Purpose; readonly agent: string; readonly implementer: string | undefined },
  { agents, lanes }: Reviewing,
): LaneSettings => {
  if (purpose !== 'review' || implementer === undefined) return lanes
  const author = familyOf(agents, implementer)
  const own = laneOf(agent)
  const isOpen = (lane: Lane): boolean => (own === undefined || lane === own) && (lane === 'cli' || lanes[lane]?.family !== author)
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

/**
 * The attempt's reviewer, else any other: none of the family that wrote the code and none that stayed silent. A lane comes only where no
 * agent may, for an agent's question goes over it, too. Pure.
 */
export const nextReviewer = (
  task: Pick<Task, 'rounds' | 'silentReviewers'>,
  agents: Pick<Agents, 'names' | 'has'>,
  settings: Reviewing,
): string | undefined => {
  const { reviewer, implementer } = task.rounds.at(-1)!.attempt
  const known = withLaneReviewers(settings)
  // A lane that is not among those that may review is nobody, whatever an earlier start wrote down: whose model it is, is not known.
  const isKnown = (name: string): boolean => laneOf(name) === undefined || Object.hasOwn(known, name)
  const may = (name: string): boolean => name !== 'none' && isKnown(name) && mayReview(known, name, implementer)
  const others = agents.names().filter((name) => agents.has(name, 'review') && may(name))
  const able = others.length > 0 ? others : Object.keys(known).filter((name) => laneOf(name) && may(name))
  return [...(may(reviewer) ? [reviewer] : []), ...able].find((name) => !task.silentReviewers.includes(name))
}
