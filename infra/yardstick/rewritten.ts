import { lstat } from 'node:fs/promises'
import path from 'node:path'
import type { Kind } from './kinds.ts'
import { isProgram } from './programs.ts'

/** What of these files says how a change is judged, and is no test's own to write. Pure. */
export const heldOf = (files: readonly string[], kindOf: (file: string) => Kind): string[] =>
  files.filter((file) => kindOf(file) === 'runner' || (kindOf(file) === 'test' && isProgram.test(file)))

const isGone = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')

/** A file as its disk knows it; a script may be made executable, so of runners the time of that does not count. */
const stampOf = async (folder: string, file: string, kind: Kind): Promise<string> => {
  try {
    const { ino, size, mtimeNs, ctimeNs } = await lstat(path.join(folder, file), { bigint: true })
    return [ino, size, mtimeNs, kind === 'test' ? ctimeNs : ''].join(' ')
  } catch (error) {
    if (isGone(error)) return 'gone'
    throw error
  }
}

/** Looks at files in a folder; the returned function tells which of them were written, replaced or removed since. */
export const watchFiles = async (
  folder: string,
  files: readonly string[],
  kindOf: (file: string) => Kind,
): Promise<() => Promise<string[]>> => {
  const look = () => Promise.all(files.map((file) => stampOf(folder, file, kindOf(file))))
  const before = await look()
  return async () => {
    const after = await look()
    return files.filter((_, index) => after[index] !== before[index])
  }
}
