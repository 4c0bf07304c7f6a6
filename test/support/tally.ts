/** What a run of tests came to. */
export interface Tally {
  passed: number
  readonly failed: { name: string; place: string }[]
  readonly skipped: { name: string; reason: string }[]
  /** Failed beside others and passed alone; counted as passed, and told. */
  readonly unsteady: { name: string; place: string }[]
  /** How long each file took, in milliseconds. */
  readonly files: Record<string, number>
}

export interface FinishedTest {
  readonly name: string
  /** The file, relative to the root. */
  readonly place: string
  readonly passed: boolean
  /** The reason, for a test that was skipped. */
  readonly skipped?: string
}

export const newTally = (): Tally => ({ passed: 0, failed: [], skipped: [], unsteady: [], files: {} })

export const addFinished = (tally: Tally, test: FinishedTest): void => {
  if (!test.passed) tally.failed.push({ name: test.name, place: test.place })
  else if (test.skipped !== undefined) tally.skipped.push({ name: test.name, reason: test.skipped })
  else tally.passed++
}

/** Adds up how long a file took. */
export const addTime = (tally: Tally, place: string, ms: number): void => {
  tally.files[place] = (tally.files[place] ?? 0) + ms
}

/** Several tallies as one. */
export const sumOf = (tallies: readonly Tally[]): Tally => ({
  passed: tallies.reduce((sum, { passed }) => sum + passed, 0),
  failed: tallies.flatMap(({ failed }) => failed),
  skipped: tallies.flatMap(({ skipped }) => skipped),
  unsteady: tallies.flatMap(({ unsteady }) => unsteady),
  files: Object.assign({}, ...tallies.map(({ files }) => files)),
})

/** The files of which something failed, when they are few enough that a slow machine may be the reason; more are a finding. */
export const worthAnotherRun = ({ failed }: Tally): string[] => {
  const places = [...new Set(failed.map(({ place }) => place))]
  return places.length <= 3 ? places : []
}

/** What a run comes to after the files in which something failed were run `again`, alone: that run decides what failed. */
export const settled = (tally: Tally, again: Tally): Tally => {
  const stillFails = new Set(again.failed.map(({ name }) => name))
  const unsteady = tally.failed.filter(({ name }) => !stillFails.has(name))
  return { ...tally, passed: tally.passed + unsteady.length, failed: again.failed, unsteady }
}

/** The plain line a run ends with. */
export const inWords = ({ passed, failed, skipped, unsteady }: Tally): string =>
  `${passed} passed${unsteady.length > 0 ? ` (${unsteady.length} unsteady)` : ''}, ${failed.length} failed, ${skipped.length} skipped`

/** The slowest files, the slowest first: `12.3 s  test/e2e/page.e2e.test.ts`. */
export const slowest = (tally: Tally, count: number): string[] =>
  Object.entries(tally.files)
    .sort(([, one], [, other]) => other - one)
    .slice(0, count)
    .map(([place, ms]) => `${(ms / 1000).toFixed(1).padStart(6)} s  ${place}`)
