import { isTable, type Table } from './tables.ts'

/** A place that is no registry: an address, a path, an archive, another package under this name; where a catalog puts it is the runner's word. */
const elsewhere = /^(?!catalog:)[^\n]*[:/]|\.(?:tgz|tar(?:\.gz)?|zip|whl)$|^\$/
/** The same of a requirement of Python: `pytest @ file:fake`. */
const requirement = /^\s*([\w.-]+)\s*(?:\[[^\]]*\])?\s*@/
const placing = ['path', 'git', 'url', 'file', 'directory', 'workspace', 'package', 'registry', 'index', 'editable', 'source']
/** Groups that say where packages come from that others ask for. */
const replacing =
  /^(overrides|resolutions|sources|override-dependencies|constraint-dependencies|find-links|index|index-url|extra-index-url)$/

/** Tables of packages, in which `path` is a package's name. */
const group = /dependencies$|^(group|packages|dev-packages|overrides|resolutions|sources|imports|extras|features|uv|require|require-dev)$/i

const isElsewhere = (value: unknown): boolean =>
  typeof value === 'string' ? elsewhere.test(value) : isTable(value) && placing.some((key) => Object.hasOwn(value, key))

/** Whether a table is one package's words, not a group of packages. */
const isPackage = (name: string, value: unknown): boolean =>
  isTable(value) && !group.test(name) && (Object.hasOwn(value, 'version') || isElsewhere(value))

/** What of a source is not its version. */
const keyOf = (value: unknown): string => {
  if (isTable(value)) return JSON.stringify(placing.map((key) => (Object.hasOwn(value, key) ? value[key] : null)))
  return typeof value === 'string'
    ? value.replace(/#[^#]*$/, '').replace(/^((?:npm|jsr):.+)@[^@/]*$|^(jsr:)[\d^~<>=*].*$/, '$1$2')
    : JSON.stringify(value)
}

/** What a base asks for, whichever group it stands in: each package's sources, and whether a list has it. */
export type Known = ReadonlyMap<string, readonly { readonly value: unknown; readonly isListed: boolean }[]>

/** Packages have one name, however it is written. */
const nameOf = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, '-')

/** The packages of these groups of a base. Pure. */
export function knownIn(groups: readonly unknown[]): Known {
  const known = new Map<string, { value: unknown; isListed: boolean }[]>()
  const add = (name: string, value: unknown, isListed: boolean): void => {
    known.set(nameOf(name), [...(known.get(nameOf(name)) ?? []), { value, isListed }])
  }
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) for (const each of value) if (typeof each === 'string') add(nameIn(each), each, true)
    if (!isTable(value)) return
    for (const [name, each] of Object.entries(value)) {
      if (!Array.isArray(each) && !group.test(name)) add(name, each, false)
      if (!isPackage(name, each)) walk(each)
    }
  }
  for (const each of groups) walk(each)
  return known
}

/**
 * A package that the base has, in whatever group, is not taken from elsewhere, nor anything that is put in the place of others: a test runner
 * could be replaced by one that passes everything. Changes the merged group.
 */
export function keepSources(before: unknown, merged: unknown, all: Known, isReplacing = false): void {
  if (!isTable(merged)) return
  const own = isTable(before) ? before : {}
  for (const [name, value] of Object.entries(merged)) {
    const had = Object.hasOwn(own, name) ? [own[name]] : othersOf(all, name, false)
    const isNew = !had.some((one) => keyOf(one) === keyOf(value))
    const isOfReplacing = isReplacing || replacing.test(name)
    if (Array.isArray(value)) merged[name] = keepRequirements(own[name], value, all, isOfReplacing)
    else if (
      isNew &&
      !(isTable(value) && group.test(name)) &&
      isElsewhere(value) &&
      value !== `$${name}` &&
      (isOfReplacing || all.has(nameOf(name)))
    )
      putBack(merged, name, isOfReplacing && !Object.hasOwn(own, name) ? undefined : had[0])
    else if (!isPackage(name, value)) keepSources(own[name], value, all, isOfReplacing)
  }
}

const putBack = (merged: Table, name: string, value: unknown): void => {
  if (value === undefined) delete merged[name]
  else merged[name] = structuredClone(value)
}

/** What other groups of the base say of a package. */
const othersOf = (all: Known, name: string, isListed: boolean): unknown[] =>
  (all.get(nameOf(name)) ?? []).filter((one) => one.isListed === isListed).map(({ value }) => value)

const keepRequirements = (before: unknown, list: readonly unknown[], all: Known, isReplacing: boolean): unknown[] => {
  const known = new Map((Array.isArray(before) ? before : []).map((each) => [nameIn(each), each]))
  return list.flatMap((each) => {
    const name = nameIn(each)
    const had = known.has(name) ? [known.get(name)] : othersOf(all, name, true)
    const isOther = (typeof each === 'string' && requirement.test(each)) || (isReplacing && isElsewhere(each))
    if (!isOther || had.some((one) => keyOf(one) === keyOf(each)) || (!all.has(name) && !known.has(name) && !isReplacing)) return [each]
    return had.slice(0, 1)
  })
}

const nameIn = (value: unknown): string =>
  typeof value === 'string' ? nameOf(/^\s*[\w.-]+/.exec(value)?.[0].trim() ?? value) : keyOf(value)
