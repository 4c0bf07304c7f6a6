import { isDeepStrictEqual } from 'node:util'
import { parse, stringify } from 'smol-toml'

type Table = Record<string, unknown>
const isTable = (value: unknown): value is Table => typeof value === 'object' && value !== null && !Array.isArray(value)

/** The head's manifest with everything that says how tests are run as at the base. */
export interface Merged {
  readonly text: string
  /** Whether the head says otherwise how tests are run. */
  readonly isOther: boolean
  /** Whether the product's part is another one: then lock files follow the head. */
  readonly isProductOther: boolean
}

/** Null when one of the two cannot be read: then the base's counts as a whole. Pure. */
export function mergeManifest(file: string, base: string, head: string, product: readonly string[]): Merged | null {
  const [before, after] = [read(file, base), read(file, head)]
  if (!before || !after) return null
  const merged = structuredClone(before)
  for (const key of product) put(merged, key.split('.'), structuredClone(at(after, key.split('.'))))
  keepSources(before, merged)
  const text = file.endsWith('.json') ? `${JSON.stringify(merged, null, 2)}\n` : stringify(merged)
  return { text, isOther: !isDeepStrictEqual(merged, after), isProductOther: !isDeepStrictEqual(merged, before) }
}

function read(file: string, text: string): Table | undefined {
  try {
    const value: unknown = file.endsWith('.json') ? JSON.parse(text) : parse(text)
    return isTable(value) ? value : undefined
  } catch {
    return undefined // no such format: told by the absence of a merged one
  }
}

function at(table: Table, [key = '', ...rest]: readonly string[]): unknown {
  const value = Object.hasOwn(table, key) ? table[key] : undefined
  return rest.length === 0 ? value : isTable(value) ? at(value, rest) : undefined
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

/** A place that is no registry: a folder of the change, an address, another package under this name. */
const elsewhere = /^(file|link|portal|patch|npm|git|git\+\w+|https?|github):|^[.~]?\/|^[\w-]+\/[\w.-]+(#|$)/

/** A package that the base has is not taken from elsewhere: a test runner could be replaced by one that passes everything. */
function keepSources(before: Table, merged: Table): void {
  for (const [group, packages] of Object.entries(merged)) {
    const known = before[group]
    if (!/[dD]ependencies$/.test(group) || !isTable(packages) || !isTable(known)) continue
    for (const [name, source] of Object.entries(packages))
      if (Object.hasOwn(known, name) && typeof source === 'string' && elsewhere.test(source)) packages[name] = known[name]
  }
}
