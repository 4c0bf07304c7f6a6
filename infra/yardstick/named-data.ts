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

/** What loads other programs, which says nothing of data beside them: by a name that is not put together. */
const loading =
  /\b(?:from|import|require|require_relative)\b\s{0,3}\(?\s{0,3}(['"`])(?![^'"`\n]{0,300}\$\{)[^'"`\n]{0,300}\1|^import \([^)]{0,9000}\)/gm

/** A folder whose name a program puts in, in the same text or as a piece of a path. */
const putIn = String.raw`(?:/(?:\$?\{[^}\n]{1,80}\}|\*\*?|%[sdv])(?=/)|['"\`]?\s{0,3},\s{0,3}[A-Za-z_$][\w$.]{0,80}(?=\s{0,3},))`

/**
 * Whether a program puts names of files in this one's folder together: it names the folder in a text, and soon after it their ending alone; or
 * one further up, and puts in a folder for each below it. Pure.
 */
export const namesFolder = (text: string, file: string): boolean => {
  const ending = quoted(path.posix.extname(file))
  const own = path.posix
    .dirname(file)
    .split('/')
    .filter((name) => name !== '.')
    .toReversed()
  if (ending === '') return false
  const said = text.replace(loading, '')
  return own.some((folder, below) => {
    const rest = below === 0 ? String.raw`['"\`/][^]{0,400}?` : String.raw`${putIn}{${below}}[/,][^\n/]{0,200}?`
    return new RegExp(String.raw`['"\`/]${quoted(folder)}${rest}(?:['"\`}*]|%[sdv])${ending}\b`).test(said)
  })
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
  const folders = compared.map((file) => path.posix.dirname(file).split('/').toReversed())
  // Its own folder before those further up, which more programs name than are looked at.
  const byFolder = await mentioning(folders.flatMap(([own = '.']) => (own === '.' ? [] : [own])))
  const byUpper = await mentioning(folders.flatMap((names) => names.slice(1)))
  const others = [...new Set([...byName, ...byFolder, ...byUpper])].filter((file) => !isTest(file))
  const own = await named(others, compared, (text, from, file) => namesPath(text, from, file) || namesFolder(text, file))
  return compared.filter((file) => !own.includes(file))
}
