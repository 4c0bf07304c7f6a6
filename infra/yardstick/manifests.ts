import { isDeepStrictEqual } from 'node:util'
import { parse, stringify } from 'smol-toml'
import { type Known, keepSources, knownIn } from './sources.ts'
import { at, isTable, type Table } from './tables.ts'

/** The head's manifest with everything that says how tests are run as at the base. */
export interface Merged {
  readonly text: string
  /** Whether the head says otherwise how tests are run. */
  readonly isOther: boolean
  /** Whether other packages are asked for: then lock files follow the head. */
  readonly areDependenciesOther: boolean
}

/** The keys of a manifest, with dots: the product's own, and those that say which packages it asks for. */
export interface Keys {
  readonly product: readonly string[]
  readonly dependencies: readonly string[]
}

/** Null when one of the two cannot be read: then the base's counts as a whole. Pure. */
export function mergeManifest(file: string, base: string, head: string, { product, dependencies }: Keys): Merged | null {
  const [before, after] = [read(file, base), read(file, head)]
  if (!before || !after) return null
  const merged = structuredClone(before)
  const groups = dependencies.map((key) => key.split('.'))
  for (const key of product) put(merged, key.split('.'), structuredClone(at(after, key.split('.'))))
  const known = knownIn(groups.map((group) => ({ [group.at(-1) ?? '']: at(before, group) })))
  for (const group of groups) keepGroup(before, merged, group, known)
  const text = file.endsWith('.json') ? `${JSON.stringify(merged, null, 2)}\n` : stringify(merged)
  return {
    text,
    isOther: !isDeepStrictEqual(merged, after),
    areDependenciesOther: groups.some((group) => !isDeepStrictEqual(at(merged, group), at(before, group))),
  }
}

/** The group is looked at under its name, for that may say that it replaces packages. */
const keepGroup = (before: Table, merged: Table, group: readonly string[], all: Known): void => {
  const name = group.at(-1) ?? ''
  const [known, value] = [at(before, group), at(merged, group)]
  if (value === undefined) return
  const held = { [name]: value }
  keepSources(known === undefined ? {} : { [name]: known }, held, all)
  put(merged, group, held[name])
}

function read(file: string, text: string): Table | undefined {
  try {
    // Tables of TOML have no prototype: cloned, they are equal to others that say the same.
    const value: unknown = file.endsWith('.json') ? JSON.parse(text) : structuredClone(parse(text))
    return isTable(value) ? value : undefined
  } catch {
    return undefined // no such format: told by the absence of a merged one
  }
}

function put(table: Table, [key = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) {
    if (value === undefined) delete table[key]
    else table[key] = value
    return
  }
  if (!isTable(table[key])) {
    if (value === undefined) return
    table[key] = {}
  }
  put(table[key] as Table, rest, value)
}
