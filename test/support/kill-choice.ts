import { join } from 'node:path'
import { loadFunctions } from '../../bus/load-functions.ts'
import { root } from './tiers.ts'

/** Which of the events of a story (their types, in order) something is killed at. Returns indexes, ascending. */
export type KillChoice = (events: readonly string[]) => Promise<number[]>

/** All but the last: when that one is there, nothing is left to be done. */
export const everyEvent: KillChoice = async (events) => events.slice(0, -1).map((_, index) => index)

/** The first of each kind of event. */
export const oneOfEachKind: KillChoice = async (events) =>
  (await everyEvent(events)).filter((index) => events.indexOf(events[index]!) === index)

/** One for each function that the story wakes: of the events that wake it, the first among those that wake the fewest others. */
export const oneForEachFunction: KillChoice = async (events) => {
  const functions = [...(await loadFunctions(join(root, 'functions'))).values()]
  const kinds = await oneOfEachKind(events)
  const wokenAt = (index: number): number => functions.filter(({ on }) => on?.includes(events[index]!)).length
  const chosen = functions.map(
    ({ on }) => kinds.filter((index) => on?.includes(events[index]!)).sort((one, other) => wokenAt(one) - wokenAt(other))[0],
  )
  return kinds.filter((index) => chosen.includes(index))
}
