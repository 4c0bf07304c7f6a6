import path from 'node:path'
import type { FileChange } from '../../functions/ports.ts'
import { ecosystems } from './ecosystems.ts'
import { formatOf } from './line-manifests.ts'
import type { Keys } from './manifests.ts'
import type { Places } from './places.ts'
import { isProgram } from './programs.ts'

/** What a file is to those who judge a change; undefined: the product itself, as is a usurper that the base has. */
export type Kind = 'test' | 'runner' | 'started' | 'manifest' | 'lock' | 'usurper' | undefined

/** Tells the kind of a file by its name, and by what it is at the head where that is not a plain file. */
export type KindOf = (file: string, is?: FileChange['is']) => Kind

type Table = Readonly<Record<string, readonly string[]>>
const tableOf = (key: 'manifests' | 'dependencies' | 'held' | 'programs'): Table =>
  Object.assign({}, ...ecosystems.map((one) => one[key] ?? {}))
const [manifests, dependencies, held, programs] = [tableOf('manifests'), tableOf('dependencies'), tableOf('held'), tableOf('programs')]
const locks: Readonly<Record<string, string>> = Object.assign({}, ...ecosystems.map(({ locks }) => locks ?? {}))

const signs: Readonly<Record<string, string>> = { '**': '.*', '*': '[^/]*', '{': '(?:', '}': ')', ',': '|' }

/** The names that a pattern of the table, or of the configuration, means. Pure. */
export function matcherOf(pattern: string): RegExp {
  const isFolder = pattern.endsWith('/')
  const body = pattern.replace(/^\/|\/$/g, '').replace(/\*\*|[*{},]|[.+?^$()|[\]\\]/g, (sign) => signs[sign] ?? `\\${sign}`)
  const isAnywhere = !pattern.replace(/\/$/, '').includes('/')
  return new RegExp(`^${isAnywhere ? '(?:.*/)?' : ''}${body}${isFolder ? '/.*' : ''}$`, 's')
}

export interface MorePatterns {
  readonly tests: readonly string[]
  readonly runners: readonly string[]
  /** Files that the commands themselves start, or that are written as tests: they judge, or are the product. */
  readonly started?: readonly string[]
  /** Data that tests of the base name. */
  readonly data?: readonly string[]
  /** What else the places of the base's files tell. */
  readonly places?: Places
}

/**
 * The kinds of files, with the operator's own patterns beside the table's; a file that says how tests are run is that wherever it lies. Names that
 * were asked for are remembered.
 */
export function kindsOf(more: MorePatterns): KindOf {
  const matchers = (patterns: readonly string[]): RegExp[] => patterns.map(matcherOf)
  const runners = matchers([...ecosystems.flatMap((one) => one.runners), ...more.runners])
  const tests = matchers([...ecosystems.flatMap((one) => one.tests), ...more.tests])
  const recordings = matchers(ecosystems.flatMap((one) => one.recordings ?? []))
  const isTest = (file: string): boolean =>
    tests.some((matcher) => matcher.test(file)) || (!isProgram.test(file) && recordings.some((matcher) => matcher.test(file)))
  const byName = (file: string): Kind => {
    const name = path.posix.basename(file)
    if (runners.some((matcher) => matcher.test(file))) return 'runner'
    if (isTest(file) || more.places?.isBesideTests(file) || more.data?.includes(file)) return 'test'
    if (Object.hasOwn(manifests, name) || formatOf(file)) return 'manifest'
    if (Object.hasOwn(locks, name)) return 'lock'
    return more.started?.includes(file) ? 'started' : undefined
  }
  const known = new Map<string, Kind>()
  return (file, is) => {
    if (!known.has(file)) known.set(file, byName(file))
    return known.get(file) ?? (more.places?.isUsurper(file, is) ? 'usurper' : undefined)
  }
}

/** Patterns of what is a runner for the mark that a base has beside it: packages that were copied into the repository. Pure. */
export const markedIn = (files: Iterable<string>): string[] => {
  const marks = ecosystems.flatMap(({ marked }) => Object.entries(marked ?? {}))
  return [...files].flatMap((file) =>
    marks.flatMap(([mark, patterns]) =>
      `/${file}`.endsWith(`/${mark}`) ? patterns.map((pattern) => `/${file.slice(0, -mark.length)}${pattern}`) : [],
    ),
  )
}

/** What of a manifest belongs to the product. */
export const keysOf = (file: string): Keys => {
  const name = path.posix.basename(file)
  const of = (table: Table): readonly string[] => table[name] ?? []
  return { product: of(manifests), dependencies: of(dependencies), held: of(held), programs: of(programs) }
}

/** The manifest whose dependencies a lock file follows. */
export const manifestOf = (lock: string): string => locks[path.posix.basename(lock)] ?? ''
