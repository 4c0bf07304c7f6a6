import type { Finding, TestCounts, YardstickChange } from '../../domain/catalogue/shared.ts'
import type { Failure } from '../failure.ts'

/** What the verification asks of the outside world. */

export interface CheckResult {
  command: string
  exitCode: number | null
  /** What ended it where it has no exit code. */
  signal?: string | undefined
  output: string
  durationMs: number
  /** Absent where its output says nothing of tests that we can read. */
  tests?: TestCounts
}
/** Whether it did not pass: by its exit code, or by its numbers, whatever its exit code says (`pytest || true`). Pure. */
export const isFailing = ({ exitCode, tests }: CheckResult): boolean => exitCode !== 0 || (tests?.failed ?? 0) > 0

/** How it ended, for people. Pure. */
export const endingOf = ({ command, exitCode, signal, tests }: CheckResult): string => {
  if (exitCode === 0 && tests?.failed) return `\`${command}\` ended with 0, though ${tests.failed} of its tests failed`
  return exitCode === null && signal ? `\`${command}\` was ended by ${signal}` : `\`${command}\` ended with ${exitCode ?? 'no exit code'}`
}

export interface ChecksInput {
  project: string
  /** The repository's own cortex.toml at base. */
  repositoryToml: string | null
  /** Those of the definition of done that are run; absent: all. */
  only?: readonly string[]
  /** For all commands of a run together. */
  timeoutMs: number
  signal: AbortSignal
  key: string
  onLine?: (line: string) => void
}
export interface ChecksResult {
  setup: CheckResult[]
  checks: CheckResult[]
  /** The same commands again, where every one of them had passed; at a base those that failed. */
  repeats: CheckResult[][]
  /** What a command that failed did not reach of the network, and the setting that opens it. */
  missed?: string
  /** Percent, by the report that the checks wrote. */
  coverage?: number
  /** What judges the change and was written while it was judged. */
  rewritten?: readonly string[]
  failure?: Failure
}
export interface BaseResult extends ChecksResult {
  /** It was seen before, or by somebody else at the same time. */
  cached: boolean
}
/** What fails at a base, and failed when it was tried again. Pure. */
export const brokenBy = ({ checks, repeats }: Pick<ChecksResult, 'checks' | 'repeats'>): CheckResult[] => {
  const mended = repeats.flat().filter((check) => !isFailing(check))
  return checks.filter((check) => isFailing(check) && !mended.some(({ command }) => command === check.command))
}

export interface Checks {
  /**
   * Copies the project's `copy` files, runs `setup`, then every DoD command (no fail-fast), and as often again what passed as `repeat` says of it. With `tree`, the
   * hash of what is in the worktree, a run that passed is remembered for `base`.
   */
  run(input: ChecksInput & { path: string; repeat?: (passed: readonly CheckResult[]) => number; tree?: string }): Promise<ChecksResult>
  /**
   * The same at a base: remembered by its tree, the commands and what they see and reach, else run once, however many ask, in the worktree
   * that is opened for it. What failed is tried once more. A failure holds for its commit, and with `since` (ISO 8601) what was begun after it.
   * What could not be run to an end is not remembered.
   */
  base(
    input: ChecksInput & { sha: string; tree: string; since?: string; open: () => Promise<AsyncDisposable & { readonly path: string }> },
  ): Promise<BaseResult>
}

/** A test that must fail, beside those of a file of the base's. Nobody knew its words before. */
export interface Canary {
  readonly file: string
  /** A word that is told when it fails, and not when it passes. */
  readonly mark: string
  /** Its text, and that of the same test made to pass. */
  readonly failing: string
  readonly passing: string
}

/** What judges a change: the tests, and what says how they are run. It belongs to the base. */
export interface Yardstick {
  /** What of it the change touches; new tests are told too. */
  changes(input: { project: string; baseSha: string; headSha: string }): Promise<YardstickChange[]>
  /** Where the product's own code of the change deals with it: what its tests say then says nothing. */
  meddling(input: { project: string; baseSha: string; headSha: string }): Promise<Finding[]>
  /** The head with all of it as at the base, without the head's new tests: a commit in the mirror, or the head itself where that is the same. */
  layOver(input: { project: string; baseSha: string; headSha: string }): Promise<string>
  /** Tests that must fail, for files of the base's tests, the nearest to the change first; none where the change touches no code. */
  canaries(input: { project: string; baseSha: string; headSha: string }): Promise<Canary[]>
  /** A commit like this one in which they stand at the end of their files, as they are or made to pass. */
  plant(input: { project: string; sha: string; canaries: readonly Canary[]; as: 'failing' | 'passing' }): Promise<string>
  /**
   * Looks at what of it the base has in a worktree, but for what the change itself touched; the returned function tells what of it was written
   * since, by the change's own code or by what runs it.
   */
  watch(input: {
    project: string
    baseSha: string
    headSha: string
    folder: string
    except: readonly string[]
  }): Promise<() => Promise<string[]>>
}
