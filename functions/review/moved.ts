import { posix } from 'node:path'
import type { FileChange } from '../ports.ts'

/** Kinds of which one moved into the other is nothing new. */
const SAME: readonly [RegExp, string][] = [
  [/^\.[cm]?[jt]sx?$/, '.js'],
  [/^\.ya?ml$/, '.yml'],
  [/^\.jpe?g$/, '.jpg'],
]

/** What programs make of a file, by its name: its ending, or the name itself, and whether it lies among settings (`.github/`). */
const kindOf = (file: string): string => {
  const ending = posix.extname(file).toLowerCase() || posix.basename(file)
  const settings = file.split('/').find((part) => part.startsWith('.') && part !== posix.basename(file)) ?? ''
  return `${settings} ${SAME.find(([pattern]) => pattern.test(ending))?.[1] ?? ending}`
}

/** Files that were another kind of file under their old name: a diff does not show what did not change in them, and now it may run. Pure. */
export const movedToAnotherKind = (changes: readonly FileChange[]): string[] =>
  changes.flatMap(({ file, from, is }) => (from !== undefined && is === 'file' && kindOf(from) !== kindOf(file) ? [file] : []))
