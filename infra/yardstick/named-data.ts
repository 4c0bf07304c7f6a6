import path from 'node:path'
import type { Git } from '../../functions/ports.ts'
import type { KindOf } from './kinds.ts'
import { isProgram } from './programs.ts'

/** Files of data that are looked at, and programs that name them: tests, and others. */
const MOST_DATA = 1000
const MOST_PROGRAMS = 200

const quoted = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')

/** Whether a program names a file by path: with its folder, in one text or as pieces of a path, or from beside it. Pure. */
export const namesPath = (text: string, from: string, file: string): boolean => {
  if (!text.includes(path.posix.basename(file))) return false
  const [folder, name] = [path.posix.dirname(file), quoted(path.posix.basename(file))]
  const above = folder === '.' ? String.raw`\.\.` : String.raw`(?<![\w.-])${quoted(path.posix.basename(folder))}`
  const inFolder = String.raw`${above}['"\`]?\s{0,3}[,/]\s{0,3}['"\`]?`
  const beside = folder === path.posix.dirname(from) ? String.raw`|['"\`](?:\./)?` : ''
  return new RegExp(`(?:${inFolder}${beside})${name}(?![\\w-])`).test(text)
}

/** What loads other programs, which says nothing of data beside them. */
const loading = /\b(?:from|import|require|require_relative)\b\s{0,3}\(?\s{0,3}(['"`])[^'"`\n]{0,300}\1|^import \([^)]{0,9000}\)/gm

/** Whether a program puts names of files in this one's folder together: it names the folder in a text, and soon after it their ending alone. Pure. */
export const namesFolder = (text: string, file: string): boolean => {
  const [folder, ending] = [path.posix.basename(path.posix.dirname(file)), path.posix.extname(file)]
  if (folder === '.' || ending === '') return false
  return new RegExp(String.raw`['"\`/]${quoted(folder)}['"\`/][^]{0,400}?(?:['"\`}*]|%[sdv])${quoted(ending)}\b`).test(
    text.replace(loading, ''),
  )
}

/**
 * Which of these files of a base are data that its tests name by path and its product does not, neither alone nor by its folder: what the product is compared with belongs to those
 * who compare.
 */
export async function namedByTests(
  git: Pick<Git, 'mentioning' | 'show'>,
  { project, sha }: { project: string; sha: string },
  files: readonly string[],
  kindOf: KindOf,
): Promise<string[]> {
  const data = files.filter((file) => kindOf(file) === undefined && !isProgram.test(file)).slice(0, MOST_DATA)
  const mentioning = async (texts: readonly string[]): Promise<string[]> =>
    texts.length === 0 ? [] : (await git.mentioning({ project, sha, texts: [...new Set(texts)] })).filter((file) => isProgram.test(file))
  const isTest = (file: string): boolean => kindOf(file) === 'test'
  const named = async (programs: readonly string[], among: readonly string[], isNamed: typeof namesPath): Promise<string[]> => {
    const found = new Set<string>()
    for (const from of programs.slice(0, MOST_PROGRAMS)) {
      const text = (await git.show({ project, sha, file: from })) ?? ''
      for (const file of among) if (isNamed(text, from, file)) found.add(file)
    }
    return [...found]
  }
  const byName = await mentioning(data.map((file) => path.posix.basename(file)))
  const compared = await named(byName.filter(isTest), data, namesPath)
  const byFolder = await mentioning(compared.map((file) => path.posix.basename(path.posix.dirname(file))).filter((name) => name !== '.'))
  const others = [...new Set([...byName, ...byFolder])].filter((file) => !isTest(file))
  const own = await named(others, compared, (text, from, file) => namesPath(text, from, file) || namesFolder(text, file))
  return compared.filter((file) => !own.includes(file))
}
