import { join } from 'node:path'
import { loadFunctions } from '../../bus/load-functions.ts'
import { root } from './tiers.ts'

/** Which of the events of a story (their types, in order) something is killed at. Returns indexes, ascending. */
export type KillChoice = (events: readonly string[]) => Promise<number[]>

/** All but the last: when that one is there, nothing is left to be done. */
export const everyEvent: KillChoice = async (events) => events.slice(0, -1).map((_, index) => index)

/** One of each kind of event: the first with each noun. */
export const firstOfEachNoun: KillChoice = async (events) => {
  const nouns = events.map((type) => type.split('.')[0])
  return (await everyEvent(events)).filter((index) => nouns.indexOf(nouns[index]) === index)
}

/** One for each kind of function: of the events that wake each stage, the first among those that wake the fewest others. */
export const oneForEachStage: KillChoice = async (events) => {
  const functions = [...(await loadFunctions(join(root, 'functions'))).values()]
  const woken = events.map((type) => new Set(functions.filter(({ on }) => on?.includes(type)).map(({ stage }) => stage)))
  const mostOwn = (stage: string): number | undefined =>
    [...woken.keys()].filter((index) => woken[index]?.has(stage)).sort((one, other) => woken[one]!.size - woken[other]!.size)[0]
  const chosen = functions.map(({ stage }) => mostOwn(stage))
  return (await everyEvent(events)).filter((index) => chosen.includes(index))
}
