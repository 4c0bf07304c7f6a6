import type { TestCounts, YardstickChange } from '../../domain/catalogue/shared.ts'
import type { Failure } from '../failure.ts'

/** What the verification asks of the outside world. */

export interface CheckResult {
  command: string
  exitCode: number | null
  output: string
  durationMs: number
  /** Absent where its output says nothing of tests that we can read. */
  tests?: TestCounts
}
/** Whether it did not pass: by its exit code, or by its numbers, whatever its exit code says (`pytest || true`). Pure. */
export const isFailing = ({ exitCode, tests }: CheckResult): boolean => exitCode !== 0 || (tests?.failed ?? 0) > 0

/** How it ended, for people. Pure. */
export const endingOf = ({ command, exitCode, tests }: CheckResult): string =>
  exitCode === 0 && tests?.failed
    ? `\`${command}\` ended with 0, though ${tests.failed} of its tests failed`
    : `\`${command}\` ended with ${exitCode ?? 'no exit code'}`

export interface ChecksInput {
  project: string
  /** The repository's own cortex.toml at base. */
  repositoryToml: string | null
  /** For all commands of a run together. */
  timeoutMs: number
  signal: AbortSignal
  key: string
  onLine?: (line: string) => void
}
export interface ChecksResult {
  setup: CheckResult[]
  checks: CheckResult[]
  /** The same commands again, where every one of them had passed. */
  repeats: CheckResult[][]
  /** Percent, by the report that the checks wrote. */
  coverage?: number
  failure?: Failure
}
export interface Checks {
  /**
   * Copies the project's `copy` files, runs `setup`, then every DoD command (no fail-fast), and `repeat` times again what passed. With `tree`, the
   * hash of what is in the worktree, the tests of a passing run are remembered for `baseline`.
   */
  run(input: ChecksInput & { path: string; repeat?: number; tree?: string }): Promise<ChecksResult>
  /**
   * How many tests each command told of at the tree of a base: remembered, else run once in the worktree that is opened for it. A command that told of
   * none has null; null as a whole: the commands could not be run there.
   */
  baseline(
    input: ChecksInput & { tree: string; open: () => Promise<AsyncDisposable & { readonly path: string }> },
  ): Promise<(TestCounts | null)[] | null>
}

/** What judges a change: the tests, and what says how they are run. It belongs to the base. */
export interface Yardstick {
  /** What of it the change touches; new tests are told too. */
  changes(input: { project: string; baseSha: string; headSha: string }): Promise<YardstickChange[]>
  /** The head with all of it as at the base, without the head's new tests: a commit in the mirror, or the head itself where that is the same. */
  layOver(input: { project: string; baseSha: string; headSha: string }): Promise<string>
}
