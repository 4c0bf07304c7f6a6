/** What a run of tests came to. */
export interface Tally {
  passed: number
  readonly failed: { name: string; place: string }[]
  readonly skipped: { name: string; reason: string }[]
}

export interface FinishedTest {
  readonly name: string
  /** The file, relative to the root. */
  readonly place: string
  readonly passed: boolean
  /** The reason, for a test that was skipped. */
  readonly skipped?: string
}

export const newTally = (): Tally => ({ passed: 0, failed: [], skipped: [] })

export const addFinished = (tally: Tally, test: FinishedTest): void => {
  if (!test.passed) tally.failed.push({ name: test.name, place: test.place })
  else if (test.skipped !== undefined) tally.skipped.push({ name: test.name, reason: test.skipped })
  else tally.passed++
}

/** The plain line a run ends with. */
export const inWords = (tally: Tally): string => `${tally.passed} passed, ${tally.failed.length} failed, ${tally.skipped.length} skipped`
