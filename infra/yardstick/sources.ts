import { isTable, type Table } from './tables.ts'

/** A place that is no registry: a folder of the change, an address, another package under this name. */
const elsewhere = /^(file|link|portal|patch|workspace|npm|git|git\+\w+|https?|github):|^[.~]?\/|^[\w-]+\/[\w.-]+(#|$)|^\$/
/** The same of a requirement of Python: `pytest @ file:fake`. */
const requirement = /^\s*([\w.-]+)\s*(?:\[[^\]]*\])?\s*@/
const placing = ['path', 'git', 'url', 'file', 'directory', 'workspace', 'package', 'registry', 'index', 'editable', 'source']
/** Groups that say where packages come from that others ask for. */
const replacing =
  /^(overrides|resolutions|sources|override-dependencies|constraint-dependencies|find-links|index|index-url|extra-index-url)$/

/** Tables of packages, in which `path` is a package's name. */
const group = /dependencies$|^(group|overrides|resolutions|sources|imports|extras|features|uv|require|require-dev)$/i

const isElsewhere = (value: unknown): boolean =>
  typeof value === 'string' ? elsewhere.test(value) : isTable(value) && placing.some((key) => Object.hasOwn(value, key))

/** What of a source is not its version. */
const keyOf = (value: unknown): string => {
  if (isTable(value)) return JSON.stringify(placing.map((key) => (Object.hasOwn(value, key) ? value[key] : null)))
  return typeof value === 'string' ? value.replace(/#[^#]*$/, '').replace(/^((?:npm|jsr):.+)@[^@/]*$/, '$1') : JSON.stringify(value)
}

/**
 * A package that the base has is not taken from elsewhere, nor anything that is put in the place of others: a test runner could be replaced
 * by one that passes everything. Changes the merged group.
 */
export function keepSources(before: unknown, merged: unknown, isReplacing = false): void {
  if (!isTable(merged)) return
  const known = isTable(before) ? before : {}
  for (const [name, value] of Object.entries(merged)) {
    const had = Object.hasOwn(known, name)
    const isNew = !had || keyOf(known[name]) !== keyOf(value)
    const isOfReplacing = isReplacing || replacing.test(name)
    if (Array.isArray(value)) merged[name] = keepRequirements(had ? known[name] : undefined, value, isOfReplacing)
    else if (isNew && !(isTable(value) && group.test(name)) && isElsewhere(value) && value !== `$${name}` && (isOfReplacing || had))
      putBack(merged, known, name)
    else keepSources(known[name], value, isOfReplacing)
  }
}

const putBack = (merged: Table, known: Table, name: string): void => {
  if (Object.hasOwn(known, name)) merged[name] = structuredClone(known[name])
  else delete merged[name]
}

const keepRequirements = (before: unknown, list: readonly unknown[], isReplacing: boolean): unknown[] => {
  const known = new Map((Array.isArray(before) ? before : []).map((each) => [nameIn(each), each]))
  return list.flatMap((each) => {
    const [name, had] = [nameIn(each), known.get(nameIn(each))]
    const isOther = (typeof each === 'string' && requirement.test(each)) || (isReplacing && isElsewhere(each))
    if (!isOther || keyOf(had) === keyOf(each) || (!known.has(name) && !isReplacing)) return [each]
    return had === undefined ? [] : [had]
  })
}

const nameIn = (value: unknown): string =>
  typeof value === 'string' ? (/^\s*[\w.-]+/.exec(value)?.[0].trim().toLowerCase() ?? value) : keyOf(value)
