import path from 'node:path'
import type { FileChange } from '../../functions/ports.ts'
import { pythonModules } from './python-modules.ts'

/** What a file is by the place where the base would have it. */
export interface Places {
  /** Whether it would be taken in the place of what runs the tests. Without `is` it is a plain file. */
  isUsurper(file: string, is?: FileChange['is']): boolean
  /** Whether it lies in a folder that tests share with what is beside them. */
  isBesideTests(file: string): boolean
  /** Whether it lies among files that the base has. */
  isAmongThose(file: string): boolean
}

/**
 * The places of a base. Pure.
 * @param files all of its names
 * @param started those that the checks start or load
 * @param texts the commands, and what says how tests are run
 * @param targets names under which make takes a file for what it was to do
 */
export const placesIn = (
  files: ReadonlySet<string>,
  started: readonly string[],
  texts: readonly string[],
  targets: readonly string[] = [],
): Places => {
  const folders = new Set(['', ...[...files].flatMap(foldersOf)])
  const free = targets.filter((name) => !files.has(name) && !folders.has(`${name}/`))
  const pythonPath = pythonPathIn(files, started, texts)
  const testing = new Set([...files].flatMap((file) => /^(.*?\/)?(?:tests?|__tests__|specs?|e2e)\//.exec(`/${file}`)?.[1] ?? []))
  const isOfTests = (folder: string): boolean => testing.has(`/${folder}`) && !files.has(`${folder}__init__.py`)
  return {
    isUsurper: (file, is) =>
      free.some((name) => file === name || file.startsWith(`${name}/`)) ||
      pythonPath.some((place) => file.startsWith(place) && isTaken(file.slice(place.length), is)),
    isAmongThose: (file) => folders.has(parentOf(file)),
    isBesideTests: (file) => [...file.matchAll(/(?<=^|\/)(?:fixtures|testing)\//g)].some(({ index }) => isOfTests(file.slice(0, index))),
  }
}

const modules: ReadonlySet<string> = new Set(pythonModules)

/** Whether Python finds a module of its own name in this file of a folder on its path; a name alone is a folder, or a link to one. */
const isTaken = (file: string, is: FileChange['is']): boolean => {
  const [, name = '', end] = /^([^/.]+)(\.(?:[^/]*\.)?(?:py|pyc|so|pyd)|\/__init__\.(?:py|pyc|so))?$/.exec(file) ?? []
  return modules.has(name) && (end !== undefined || is === 'link' || is === 'repository')
}

const isTest = /(?:^|\/)(?:test_[^/]*|[^/]*_test|tests|conftest)\.py$/
/** Where texts speak of folders that Python looks into. */
const ofPath = /pythonpath\b[^\n]*(?:\n[ \t]+[^\n]*)*|(?:\bsys\.path|\bdiscover|\bcd)\b[^\n]*/gi

/** The folders where modules are looked for before Python's own: the top, those of scripts and tests, and those that the texts name; none without Python. */
const pythonPathIn = (files: ReadonlySet<string>, started: readonly string[], texts: readonly string[]): string[] => {
  const names = [...files]
  if (!names.some((file) => file.endsWith('.py')) && !texts.some((text) => /\bpy(?:thon|test)/.test(text))) return []
  const folders = new Set(names.flatMap(foldersOf))
  const outside = (folder: string): string => (files.has(`${folder}__init__.py`) ? outside(parentOf(folder)) : folder)
  const isModule = (file: string): boolean => texts.some((text) => text.includes(`-m ${moduleOf(file)}`))
  const scripts = started.filter((file) => /(?:\.py|(?:^|\/)[^/.]+)$/.test(file))
  const named = texts.flatMap((text) => text.match(ofPath) ?? []).flatMap((line) => line.match(/[\w-][\w.-]*(?:\/[\w.-]+)*/g) ?? [])
  return [
    ...new Set([
      '',
      ...scripts.map((file) => (isModule(file) ? outside(parentOf(file)) : parentOf(file))),
      ...names.filter((file) => isTest.test(file)).map((file) => outside(parentOf(file))),
      ...named
        .flatMap(endsOf)
        .filter((folder) => folders.has(folder))
        .map(outside),
    ]),
  ]
}

/** The folder of a file or folder, with a slash at its end; of what lies at the top the empty text. */
const parentOf = (file: string): string => file.slice(0, file.replace(/\/$/, '').lastIndexOf('/') + 1)
const foldersOf = (file: string): string[] => (file === '' ? [] : [parentOf(file), ...foldersOf(parentOf(file))])
const moduleOf = (file: string): string => file.replace(/(?:\/__(?:main|init)__)?\.py$/, '').replaceAll('/', '.')

/** The folders that a word may mean, where its beginning is a variable. */
const endsOf = (word: string): string[] => {
  const parts = path.posix.normalize(word).replace(/\/$/, '').split('/')
  return parts.map((_, first) => `${parts.slice(first).join('/')}/`)
}
