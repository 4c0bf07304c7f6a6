import { isDeepStrictEqual } from 'node:util'
import { parse, stringify } from 'smol-toml'
import { formatOf, type IsOfBase, mergeLines } from './line-manifests.ts'
import type { Merged } from './merged.ts'
import { type Known, keepSources, knownIn } from './sources.ts'
import { at, isTable, type Table } from './tables.ts'

/** The keys of a manifest, with dots: the product's own, and those that say which packages it asks for. */
export interface Keys {
  readonly product: readonly string[]
  readonly dependencies: readonly string[]
  /** Of the product's, those that stay as at the base. */
  readonly held: readonly string[]
  /** Of the product's, those that name its programs. */
  readonly programs: readonly string[]
}

/** A program of this name would be started in the place of what runs the tests. */
const reserved =
  /^(?:py\.?test|python[\d.]*|pypy3?|pip3?|tox|nox|nose2?|coverage|trial|behave|robot|mypy|ruff|flake8|pylint|uv|poetry|hatch|pdm|inv(?:oke)?|node|np[mx]|pnpm|yarn|bunx?|deno|mocha|jest|vitest|ava|tap|tape|uvu|c8|nyc|playwright|cypress|eslint|tsc|biome|make|just|(?:ba|da|z)?sh|env|git)$/

/**
 * Null when one of the two cannot be read: then the base's counts as a whole. Pure.
 * @param isTest whether a place that the manifest names, from its folder, is one of the tests
 */
export function mergeManifest(
  file: string,
  base: string,
  head: string,
  { product, dependencies, held, programs }: Keys,
  isOfBase: IsOfBase = () => false,
  isTest: (place: string) => boolean = () => false,
): Merged | null {
  const format = formatOf(file)
  if (format) return mergeLines(format, base, head, isOfBase)
  const [before, after] = [read(file, base), read(file, head)]
  if (!before || !after) return null
  const merged = structuredClone(before)
  const groups = dependencies.map((key) => key.split('.'))
  for (const key of product) put(merged, key.split('.'), structuredClone(at(after, key.split('.'))))
  const known = knownIn(groups.map((group) => ({ [group.at(-1) ?? '']: at(before, group) })))
  for (const group of groups) keepGroup(before, merged, group, known)
  for (const key of held) put(merged, key.split('.'), structuredClone(at(before, key.split('.'))))
  for (const key of naming) keepNames(at(before, [key]), at(merged, [key]), isTest)
  for (const key of programs) keepPrograms(at(before, key.split('.')), at(merged, key.split('.')))
  const text = isJson(file) ? `${JSON.stringify(merged, null, 2)}\n` : stringify(merged)
  return {
    text,
    isOther: !isDeepStrictEqual(merged, after),
    areDependenciesOther: groups.some((group) => !isDeepStrictEqual(at(merged, group), at(before, group))),
  }
}

/** Whether a manifest is written in JSON. Pure. */
export const isJson = (file: string): boolean => /\.jsonc?$/.test(file)

/** Keys that give names to places of the package. */
const naming = ['imports', 'exports']

/** A name under which tests of the base have a part of their own stays that part's, and so does every name that its pattern takes in. */
const keepNames = (before: unknown, merged: unknown, isTest: (place: string) => boolean): void => {
  if (!isTable(before) || !isTable(merged)) return
  for (const [name, value] of Object.entries(before)) {
    if (!(JSON.stringify(value).match(/\.\/[^"]+/g) ?? []).some(isTest)) continue
    merged[name] = structuredClone(value)
    for (const other of Object.keys(merged)) if (!Object.hasOwn(before, other) && isWithin(other, name)) delete merged[other]
  }
}

/** Whether a name, or a longer pattern, would be asked before the pattern is. */
const isWithin = (name: string, pattern: string): boolean => {
  const [start = '', end] = pattern.split('*')
  return end !== undefined && name.startsWith(start) && (name.includes('*') || name.endsWith(end))
}

/** A base that has such a program is itself what runs tests. */
const keepPrograms = (before: unknown, merged: unknown): void => {
  if (!isTable(merged)) return
  for (const name of Object.keys(merged)) if (reserved.test(name) && !(isTable(before) && Object.hasOwn(before, name))) delete merged[name]
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
    const value: unknown = isJson(file) ? JSON.parse(text) : structuredClone(parse(text))
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
