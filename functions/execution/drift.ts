import type { Drift } from '../../domain/catalogue/shared.ts'
import { shortList } from './short-list.ts'

/** Characters of each list: the fact also holds the files themselves. */
const MAX_PATHS = 6000

/**
 * What a change touches that its plan does not name, and what the plan names that the change leaves alone; undefined where they agree.
 * A folder in the plan stands for all it holds. Pure.
 */
export const driftOf = (planned: readonly string[], changed: readonly string[]): Drift | undefined => {
  const names = planned.map((name) => name.trim().replace(/^(?:\.\/)+/, ''))
  const isNamed = (name: string, file: string): boolean => file === name || file.startsWith(name.endsWith('/') ? name : `${name}/`)
  const beside = changed.filter((file) => !names.some((name) => isNamed(name, file)))
  const untouched = names.filter((name) => !changed.some((file) => isNamed(name, file)))
  return beside.length + untouched.length > 0
    ? { beside: shortList(beside, MAX_PATHS), untouched: shortList(untouched, MAX_PATHS) }
    : undefined
}
