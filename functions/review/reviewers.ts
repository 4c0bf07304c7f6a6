import type { Settings } from '../settings.ts'

/** Whose model an agent is: what `family` says, else the program of its preset; any other agent is a family of its own. Pure. */
export const familyOf = (agents: Settings['agents'], name: string): string => {
  const { family, preset } = agents[name] ?? {}
  return family ?? (preset === undefined || preset === 'scripted' ? name : preset)
}

/** Whether one agent may judge what the other wrote: a model shares its own blind spots, under whatever name. Pure. */
export const mayReview = (agents: Settings['agents'], reviewer: string, implementer: string): boolean =>
  familyOf(agents, reviewer) !== familyOf(agents, implementer)
