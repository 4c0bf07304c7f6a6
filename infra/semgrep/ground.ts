import { readdir, realpath } from 'node:fs/promises'
import path from 'node:path'
import type { RuleLanguage } from '../../functions/rules/rule-ports.ts'
import { readPlainFile } from '../files/read-plain-file.ts'
import { looksAtLanguage } from './rules.ts'

const MOST_CHANGED = 200
const MOST_FILES = 5_000
const LONGEST = 512 * 1024

/** The texts of those changed files that rules of a language look at; a file that is not there, or lies behind a link, is left out. */
export async function readChanged(root: string, changed: readonly string[], language: RuleLanguage): Promise<Map<string, string>> {
  const here = await realpath(root)
  const named = changed.filter((file) => looksAtLanguage(language, file)).slice(0, MOST_CHANGED)
  const texts = await Promise.all(
    named.map(async (file) => {
      const folder = await realpath(path.resolve(here, path.dirname(file))).catch(() => undefined) // it is not in this head
      const isInside = folder === here || folder?.startsWith(`${here}${path.sep}`)
      return folder && isInside ? await readPlainFile(path.join(folder, path.basename(file)), LONGEST) : null
    }),
  )
  return new Map(named.flatMap((file, at) => (texts[at] === null || texts[at] === undefined ? [] : [[file, texts[at]] as const])))
}

/** Those of the names that files of the base say that the task did not change. */
export async function namesKnown(
  base: string,
  names: readonly string[],
  changed: readonly string[],
  language: RuleLanguage,
): Promise<Set<string>> {
  const known = new Set<string>()
  if (names.length === 0) return known
  const entries = await readdir(base, { recursive: true, withFileTypes: true })
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(base, path.join(entry.parentPath, entry.name)))
    .filter((file) => looksAtLanguage(language, file) && !changed.includes(file))
  for (const file of files.slice(0, MOST_FILES)) {
    const words = new Set(((await readPlainFile(path.join(base, file), LONGEST)) ?? '').match(/[\p{L}_$][\p{L}\p{N}_$]*/gu))
    for (const name of names) if (words.has(name)) known.add(name)
    if (known.size === names.length) break
  }
  return known
}
