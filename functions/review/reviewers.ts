import type { Task } from '../../domain/task.ts'
import type { Agents } from '../ports.ts'
import type { Settings } from '../settings.ts'

/** Whose model an agent is: what `family` says, else the program of its preset; any other agent is a family of its own. Pure. */
export const familyOf = (agents: Settings['agents'], name: string): string => {
  const { family, preset } = agents[name] ?? {}
  return family ?? (preset === undefined || preset === 'scripted' ? name : preset)
}

/** Whether one agent may judge what the other wrote: a model shares its own blind spots, under whatever name. Pure. */
export const mayReview = (agents: Settings['agents'], reviewer: string, implementer: string): boolean =>
  familyOf(agents, reviewer) !== familyOf(agents, implementer)

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
