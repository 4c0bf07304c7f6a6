import path from 'node:path'

/** What a file is about, by its name: `src/add.js`, `test/add.test.js` and `AddTest.java` are about `add`. Pure. */
export const subjectOf = (file: string): string =>
  path.posix
    .basename(file)
    .toLowerCase()
    .replace(/\.[^/]*$/, '')
    .replace(/^(?:tests?[-_]|it[-_])|[-_]?(?:tests?|spec|it)$/g, '')

/**
 * Test files with those first that are nearest to the changed ones: about the same by their names, then those that speak of one, then those that
 * share most folders with one. Pure.
 * @param speaking those whose text has the subject of a changed file in it
 */
export function nearest(tests: readonly string[], changed: readonly string[], speaking: ReadonlySet<string>): string[] {
  const subjects = new Set(changed.map(subjectOf))
  const distance = (file: string): readonly number[] => [
    subjects.has(subjectOf(file)) ? 0 : 1,
    speaking.has(file) ? 0 : 1,
    -Math.max(0, ...changed.map((other) => sharedFolders(file, other))),
  ]
  return tests
    .map((file) => ({ file, far: distance(file) }))
    .toSorted(({ far: one }, { far: other }) => firstDifference(one, other))
    .map(({ file }) => file)
}

const sharedFolders = (one: string, other: string): number => {
  const [folders, others] = [one, other].map((file) => path.posix.dirname(file).split('/')) as [string[], string[]]
  const differing = folders.findIndex((folder, index) => folder !== others[index])
  return differing < 0 ? folders.length : differing
}

const firstDifference = (one: readonly number[], other: readonly number[]): number =>
  one.map((value, index) => value - (other[index] ?? 0)).find((difference) => difference !== 0) ?? 0
