import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** Our own few rules, for what is hardly ever meant. */
export const ownRules = fileURLToPath(new URL('./own', import.meta.url))

export interface RuleFile {
  /** Absolute. */
  path: string
  text: string
}

/** All rule files below a folder, in order; none where there is no folder. */
export async function readRules(folder: string): Promise<RuleFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []) // no folder, no rules
  const files = entries.filter((entry) => entry.isFile() && isRuleFile(entry.name)).map((entry) => path.join(entry.parentPath, entry.name))
  return Promise.all(files.sort().map(async (file) => ({ path: file, text: await readFile(file, 'utf8') })))
}

export const isRuleFile = (name: string): boolean => /\.ya?ml$/.test(name)

/** The sha256 over names and contents. Pure. */
export function versionOf(folder: string, files: readonly RuleFile[]): string {
  const hash = createHash('sha256')
  for (const file of files) hash.update(`${path.relative(folder, file.path)}\0${file.text.length}\0`).update(file.text)
  return hash.digest('hex')
}

/** Endings of the files that rules of a language look at. A language that is not here looks at everything. */
const endings: Readonly<Record<string, RegExp>> = {
  ...sameFor(['javascript', 'js', 'typescript', 'ts'], /\.([cm]?[jt]sx?|vue|svelte|html?)$/i),
  ...sameFor(['python', 'python2', 'python3', 'py'], /\.(pyi?|ipynb)$/i),
  ...sameFor(['go', 'golang'], /\.go$/i),
  ...sameFor(['java'], /\.java$/i),
  ...sameFor(['ruby', 'rb'], /(\.(rb|rake|gemspec|ru)|file)$/i),
  ...sameFor(['rust'], /\.rs$/i),
  ...sameFor(['php'], /\.(php\d?|phtml|inc|tpl)$/i),
  ...sameFor(['json'], /\.(jsonc?|ipynb)$/i),
  ...sameFor(['yaml'], /\.ya?ml$/i),
}

function sameFor(languages: readonly string[], ending: RegExp): Record<string, RegExp> {
  return Object.fromEntries(languages.map((language) => [language, ending]))
}

/** Whether rules of a language look at a file. Pure. */
export const looksAtLanguage = (language: string, file: string): boolean => endings[language]?.test(file) ?? true

/** Whether any rule of these files may look at any of the changed files. Where a rule cannot be understood, it may. Pure. */
export const mayApply = (files: readonly RuleFile[], changed: readonly string[]): boolean =>
  files.some(({ text }) => rulesIn(text).some((rule) => changed.some((file) => looksAt(rule, file))))

/** Whether a rule whose finding would block may look into what this file says, as a program. Pure. */
export const mayBlock = (files: readonly RuleFile[], file: string): boolean =>
  files.some(({ text }) => rulesIn(text).some((rule) => BLOCKS.test(rule) && parses(rule, file) && looksAt(rule, file)))

const BLOCKS = /^\s*severity:\s*['"]?(?:ERROR|HIGH|CRITICAL)\b/m

/** Rules of plain text parse nothing, and one of a language that is not listed here is for files of none that is. */
const parses = (rule: string, file: string): boolean => {
  const isKnown = Object.values(endings).some((ending) => ending.test(file))
  return (listed(rule, 'languages') ?? []).some(
    (language) => !/^(?:regex|generic|spacegrep|aliengrep|none)$/.test(language) && (endings[language]?.test(file) ?? !isKnown),
  )
}

/** The ids of the rules in these files. Pure. */
export const idsIn = (files: readonly RuleFile[]): string[] =>
  files.flatMap(({ text }) => [...text.matchAll(/^\s*-\s+id:\s*(\S+)/gm)].map(([, id = '']) => plainOf(id)))

/** The text of each rule; the whole text where there is none. */
const rulesIn = (text: string): string[] => {
  const [, ...rules] = text.split(/^\s*-\s+id:/m)
  return rules.length > 0 ? rules : [text]
}

const listed = (rule: string, key: string): string[] | undefined => {
  const found = new RegExp(`^\\s*${key}:\\s*(?:\\[([^\\]]*)\\]|((?:\\n\\s*-\\s*\\S+[^\\n]*)+))`, 'm').exec(rule)
  return found
    ? (found[1]?.split(',') ?? found[2]?.split('\n').map((line) => line.replace(/^\s*-\s*/, '')))?.map(plainOf).filter(Boolean)
    : undefined
}

const plainOf = (text: string): string => text.trim().replace(/^(['"])(.*)\1$/, '$2')

const looksAt = (rule: string, file: string): boolean => {
  const languages = listed(rule, 'languages')
  const include = listed(rule, 'include')
  const isNamed =
    !include || include.some((pattern) => path.posix.matchesGlob(pattern.includes('/') ? file : path.posix.basename(file), pattern))
  if (!isNamed) return false
  // A file without an ending may say by its first line what it is.
  if (!languages || !path.posix.basename(file).includes('.')) return true
  return languages.some((language) => endings[language]?.test(file) ?? true)
}
