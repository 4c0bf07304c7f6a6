import path from 'node:path'
import type { Git } from '../../functions/ports.ts'
import type { KindOf } from './kinds.ts'
import { isProgram } from './programs.ts'

/** Files of data, and programs that name them, that are looked at. */
const MOST = 200

const quoted = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')

/** Whether a program names a file by path: with its folder, in one text or as pieces of a path, or from beside it. Pure. */
export const namesPath = (text: string, from: string, file: string): boolean => {
  const [folder, name] = [path.posix.dirname(file), quoted(path.posix.basename(file))]
  const inFolder =
    folder === '.' ? String.raw`\.\./` : String.raw`(?<![\w.-])${quoted(path.posix.basename(folder))}['"\`]?\s{0,3}[,/]\s{0,3}['"\`]?`
  const beside = folder === path.posix.dirname(from) ? String.raw`|['"\`](?:\./)?` : ''
  return new RegExp(`(?:${inFolder}${beside})${name}(?![\\w-])`).test(text)
}

/**
 * Which of these files of a base are data that its tests name by path and its product does not: what the product is compared with belongs to those
 * who compare.
 */
export async function namedByTests(
  git: Pick<Git, 'mentioning' | 'show'>,
  { project, sha }: { project: string; sha: string },
  files: readonly string[],
  kindOf: KindOf,
): Promise<string[]> {
  const data = files.filter((file) => kindOf(file) === undefined && !isProgram.test(file)).slice(0, MOST)
  if (data.length === 0) return []
  const texts = [...new Set(data.map((file) => path.posix.basename(file)))]
  const programs = (await git.mentioning({ project, sha, texts })).filter((file) => isProgram.test(file)).slice(0, MOST)
  const tests = new Set<string>()
  const others = new Set<string>()
  for (const from of programs) {
    const text = (await git.show({ project, sha, file: from })) ?? ''
    for (const file of data) if (namesPath(text, from, file)) (kindOf(from) === 'test' ? tests : others).add(file)
  }
  return [...tests].filter((file) => !others.has(file))
}
