import { createHash } from 'node:crypto'
import { changesInWords, type Finding, isTouched, type TestCounts, type YardstickChange } from '../../domain/catalogue/shared.ts'
import type { Settings, YardstickSettings } from '../settings.ts'
import { type CheckResult, type ChecksResult, endingOf, isFailing } from './check-ports.ts'

/** What was seen when the change was judged. */
export interface Seen {
  readonly tests: YardstickSettings['tests']
  readonly changes: readonly YardstickChange[]
  /** The run on the head as it is, which passed. */
  readonly head: readonly CheckResult[]
  /** The run with the base's tests over the head, and without its new ones; absent where that is the head itself. */
  readonly laid?: Pick<ChecksResult, 'checks' | 'failure'> | undefined
  /** What of the base judges the change, and was written while it was judged. */
  readonly rewritten: readonly string[]
  /** Where the code of the change deals with what judges it. */
  readonly meddling: readonly Finding[]
  /** Tests of each command at the base; null where they could not be counted. */
  readonly base: readonly (TestCounts | null)[] | null
  /** The commit that the base's tests judged; absent where that is the head. */
  readonly laidSha?: string
  /** What became of tests that must fail; absent where none was added. */
  readonly canary?: CanaryHeard
}

/** What became of tests that must fail and were added to files of the base's. */
export interface CanaryHeard {
  /** Files in which they failed. */
  readonly heard: readonly string[]
  /** Files of which no check ran them, neither at the base, or could not be heard. */
  readonly unheard: readonly string[]
  /** Checks that the change keeps from failing. */
  readonly findings: readonly Finding[]
}

export type Ruling =
  | { readonly kind: 'judged'; readonly notes: readonly string[] }
  /** Tests that ran at the base do not run any more, and no test was touched: whoever wrote the change can mend that. */
  | { readonly kind: 'failed'; readonly reason: string; readonly findings: readonly Finding[] }
  /** A person must look at the change of the tests. `doubts` say the same whenever the same is seen. */
  | { readonly kind: 'doubted'; readonly reason: string; readonly doubts: readonly Finding[] }

/** The settings of a project: its own, else those of all. */
export const yardstickOf = ({ dod, projects }: Pick<Settings, 'dod' | 'projects'>, project: string): YardstickSettings => {
  const own = projects[project]?.yardstick
  return {
    tests: own?.tests ?? dod.tests,
    check_base: own?.check_base ?? dod.check_base,
    canary: own?.canary ?? dod.canary,
    repeat: own?.repeat ?? dod.repeat,
    coverage_min: own?.coverage_min ?? dod.coverage_min,
  }
}

/** Whether a change that passed its own checks may be called done by the tests of the base. Pure. */
export const judgeYardstick = (seen: Seen): Ruling => {
  if (seen.tests === 'head') return { kind: 'judged', notes: [] }
  const ruling = judgeByTests(seen)
  const deaf = seen.canary?.findings ?? []
  const found = [...seen.meddling, ...deaf]
  if (found.length === 0 || ruling.kind === 'failed') return ruling
  const words = [...(seen.meddling.length > 0 ? [meddlingInWords(seen.meddling)] : []), ...deafInWords(deaf)].join('; and ')
  // Whoever approves this must have read what else there is.
  if (ruling.kind === 'doubted') return { ...ruling, reason: `${ruling.reason}; and ${words}`, doubts: [...ruling.doubts, ...found] }
  return doubted(words, seen.changes.filter(isTouched), found)
}

const judgeByTests = (seen: Seen): Ruling => {
  const { tests, changes, base, head, laid } = seen
  const touched = changes.filter(isTouched)
  const lost = lostTests(base, head, 'the change')
  if (tests === 'approve' && touched.length > 0)
    return doubted('every change of the tests and of what runs them is for a person', touched, lost)
  if (seen.rewritten.length > 0)
    return doubted(rewrittenInWords(seen.rewritten), touched, seen.rewritten.slice(0, MAX_NAMED).map(writtenFinding))
  if (touched.length === 0 && laid) return judgeWithoutNew(seen, laid, lost)
  const failing = failingOf(seen)
  if (failing.length > 0) return doubted(`the tests of the base do not pass on it: ${failing.join('; ')}`, touched, lost)
  const all = [...lost, ...(laid ? lostTests(base, laid.checks, 'the change with the tests of the base over it') : [])]
  const gone = touched.filter(({ kind, change }) => change === 'replaced by a link' || (kind === 'test' && isGone.includes(change)))
  if (gone.length > 0) return doubted(`it has ${changesInWords(gone)}`, touched, all)
  const started = touched.filter((change) => change.started)
  // What lay over the head may have been the product of the base: its tests then say nothing of the head's.
  if (started.length > 0 && started.length < touched.length)
    return doubted(`it has ${changesInWords(started)}, which judges it or is the product, together with what else judges it`, touched, all)
  if (all.length === 0) return { kind: 'judged', notes: notesOf(seen) }
  const reason = all.map(({ problem }) => problem).join('; ')
  return touched.length > 0 ? doubted(reason, touched, all) : { kind: 'failed', reason, findings: all }
}

/**
 * A change that only adds tests, whose head passed with them: those of the base must pass without them as well. What tells of no tests at the base
 * (a linter) says nothing here, for it may need the new ones.
 */
const judgeWithoutNew = (seen: Seen, laid: NonNullable<Seen['laid']>, lost: readonly Finding[]): Ruling => {
  if (lost.length > 0) return { kind: 'failed', reason: lost.map(({ problem }) => problem).join('; '), findings: lost }
  const failing = laid.checks.filter((check, index) => ranOf(seen.base?.[index]) > 0 && !holds(check, seen.base?.[index]))
  const reason = 'the tests of the base do not pass on it without its new ones'
  if (failing.length > 0) return doubted(`${reason}: ${failing.map(runInWords).join('; ')}`, seen.changes, [])
  if (laid.failure && laid.checks.length === 0) return doubted(`${reason}: they could not be set up`, seen.changes, [])
  return { kind: 'judged', notes: notesOf(seen) }
}

const rewrittenInWords = (files: readonly string[]): string =>
  `${files.length === 1 ? files[0] : `${files[0]} and ${files.length - 1} more files`} of the base, which judge it, were written while they did`
const writtenFinding = (file: string): Finding => ({ from: 'dod', file, problem: 'written while the checks ran' })

const meddlingInWords = (found: readonly Finding[]): string =>
  `its code deals with what judges it, so that passing says nothing of it: ${found
    .slice(0, 3)
    .map(({ file, problem }) => `${file} ${problem}`)
    .join('; ')}${found.length > 3 ? ` and ${found.length - 3} more` : ''}`

/** One sentence a check. */
const deafInWords = (found: readonly Finding[]): string[] =>
  [...new Set(found.map(({ criterion }) => criterion))].map((command) => {
    const files = found.filter(({ criterion }) => criterion === command).map(({ file }) => file)
    return `\`${command}\` passes although a test that must fail was added to ${files.join(', ')}, and at the base it fails with it`
  })

const ranOf = (tests: TestCounts | null | undefined): number => (tests ? tests.passed + tests.failed : 0)
const runInWords = (check: CheckResult): string => `${endingOf(check)} after ${ranOf(check.tests)} tests`

/** Whether all tests of the base passed, by the numbers: without the new ones a threshold of coverage may still end it otherwise. */
const holds = ({ tests }: CheckResult, before: TestCounts | null | undefined): boolean =>
  ranOf(before) > 0 && tests?.failed === 0 && ranOf(tests) >= ranOf(before)

const isGone: readonly YardstickChange['change'][] = ['deleted', 'emptied']

/** Names of files that a message takes; the reason says how many there are. */
const MAX_NAMED = 60

const doubted = (reason: string, touched: readonly YardstickChange[], more: readonly Finding[]): Ruling => ({
  kind: 'doubted',
  reason,
  doubts: [
    ...touched.slice(0, MAX_NAMED).map((change): Finding => ({ from: 'dod', file: change.file, problem: changesInWords([change]) })),
    ...(touched.length > MAX_NAMED ? [{ from: 'dod' as const, problem: `and ${touched.length - MAX_NAMED} more files` }] : []),
    ...more,
  ],
})

/** What a person approves: these doubts about this tree, and nothing that is seen at another time. Pure. */
export const hashOfDoubts = (tree: string, doubts: readonly Finding[]): string =>
  createHash('sha256')
    .update(JSON.stringify([tree, doubts]))
    .digest('hex')

const failingOf = ({ laid, base, changes }: Seen): string[] => {
  if (!laid) return []
  // A threshold of coverage may need the new tests; with another linter or type checker it may be that which the base's finds.
  const isExcusable = changes.some(isNewTest) && !changes.some(({ kind }) => kind === 'runner')
  const isExcused = (check: CheckResult, index: number): boolean => isExcusable && holds(check, base?.[index])
  const failing = laid.checks.filter((check, index) => isFailing(check) && !isExcused(check, index))
  if (failing.length > 0) return failing.map(endingOf)
  return laid.failure && !laid.checks.some(isFailing) ? ['they could not be set up'] : []
}

const isNewTest = ({ kind, change }: YardstickChange): boolean => kind === 'test' && change === 'added'

/** Where fewer tests ran than at the base, or more were skipped. */
const lostTests = (base: Seen['base'], checks: readonly CheckResult[], where: string): Finding[] =>
  checks.flatMap(({ command, tests }, index): Finding[] => {
    const before = base?.[index]
    if (!before) return []
    const [ran, now] = [ranOf(before), ranOf(tests)]
    const skipped = (tests?.skipped ?? 0) - before.skipped
    if (now >= ran && (skipped <= 0 || now > ran)) return []
    const said =
      now < ran ? `ran ${now} tests on ${where}, and ${ran} at the base` : `skipped ${skipped} more tests on ${where} than at the base`
    return [{ from: 'dod', criterion: command, problem: `\`${command}\` ${said}` }]
  })

const notesOf = ({ base, head, laid }: Seen): string[] => [
  ...countsInWords(base, head),
  ...(laid?.checks ?? []).filter(isFailing).map((check) => `without its new tests ${endingOf(check)}, and no test of the base failed`),
]

const countsInWords = (base: Seen['base'], head: readonly CheckResult[]): string[] => {
  if (base === null) return ['how many tests ran at the base is not known, for the checks cannot be run there']
  const told = head.flatMap(({ tests }) => tests ?? [])
  if (told.length === 0) return ['no check prints how many tests it ran']
  return told.every(({ passed }) => passed === 0) ? ['no test ran'] : []
}
