import type { Finding, YardstickChange } from '../../domain/catalogue/shared.ts'
import type { Fact } from '../../domain/fact.ts'
import type { Services } from '../ports.ts'
import type { YardstickSettings } from '../settings.ts'
import { type CheckResult, type ChecksInput, type ChecksResult, endingOf, isFailing } from './check-ports.ts'
import type { Seen } from './judge-yardstick.ts'
import { repeatsFor, unequalRuns } from './repeat-checks.ts'

/** What is verified, and with what. */
export interface Verifying {
  readonly services: Services
  readonly about: { readonly project: string; readonly baseSha: string; readonly headSha: string }
  /** The hash of all that the head holds. */
  readonly tree: string
  readonly settings: YardstickSettings
  readonly input: Omit<ChecksInput, 'key'>
  /** The name of each run's worktree. */
  readonly key: (name: string) => string
}

/** One run of a command, as it is put on record. */
export type Named = CheckResult & { readonly run?: 'repeat' | 'base tests' }
const as =
  (run: 'repeat' | 'base tests') =>
  (check: CheckResult): Named => ({ ...check, run })

type More = { tree?: string; repeat?: ReturnType<typeof repeatsFor>; except?: readonly string[] }

const runAt = async ({ services, about, input, key }: Verifying, sha: string, name: string, { except = [], ...more }: More = {}) => {
  await using worktree = await services.git.worktree({ project: input.project, sha, key: key(name) })
  const rewritten = await services.yardstick.watch({ ...about, folder: worktree.path, except })
  // Awaited here: the worktree goes with this scope.
  const result = await services.checks.run({ ...input, ...more, key: key(name), path: worktree.path })
  return { ...result, rewritten: await rewritten() }
}

/** The head as it is, repeated where that is wanted. */
export const runHead = async (verifying: Verifying, changes: readonly YardstickChange[]): Promise<ChecksResult> => {
  const { services, about, settings, tree } = verifying
  const { text } = await services.git.diff(about)
  const except = changes.map(({ file }) => file)
  return runAt(verifying, about.headSha, 'dod', { tree, repeat: repeatsFor(settings, changes, text), except })
}

/** What the base says of a head that passed its own checks: its tests over it, and how many there were. */
export const lookAtBase = async (verifying: Verifying, seen: Pick<Seen, 'tests' | 'changes' | 'head' | 'rewritten'>): Promise<Seen> => {
  const { services, about } = verifying
  if (seen.tests === 'head') return { ...seen, meddling: [], base: null }
  const { headSha } = about
  const sha = seen.tests === 'base' ? await services.yardstick.layOver(about) : headSha
  const laid = sha === headSha ? undefined : await runAt(verifying, sha, 'laid')
  const { checks, failure } = await runBase(verifying)
  // What fails at the base tells of its tests all the same.
  return {
    ...seen,
    meddling: await services.yardstick.meddling(about),
    laid,
    laidSha: sha,
    rewritten: [...new Set([...seen.rewritten, ...(laid?.rewritten ?? [])])],
    base: failure ? null : checks.map(({ tests }) => tests ?? null),
  }
}

const runBase = async ({ services, about, input, key }: Verifying, since?: string) => {
  const { project, baseSha: sha } = about
  const tree = await services.git.tree({ project, sha })
  const open = () => services.git.worktree({ project, sha, key: key('base') })
  return services.checks.base({ ...input, key: key('base'), sha, tree, open, ...(since ? { since } : {}) })
}

/**
 * Whose fault it is that the head's commands did not find what they need: the change's, where the same commands end well on the base, in a run
 * that is begun after `since` (ISO 8601). Undefined where it is nobody's that is known.
 */
export const blameChange = async (verifying: Verifying, own: ChecksResult, since: string): Promise<Failed | undefined> => {
  const failing = [...own.setup, ...own.checks].filter(isFailing)
  if (own.failure?.class !== 'infrastructure' || own.missed || failing.length === 0) return undefined
  const base = await runBase(verifying, since)
  const broken = [...base.setup, ...base.checks].filter(isFailing).map(({ command }) => command)
  const blamed = failing.filter(({ command }) => !broken.includes(command))
  if (base.failure || blamed.length === 0) return undefined
  const findings = blamed.slice(0, MAX_FINDINGS).map(findingOf)
  return { class: 'test_failure', findings, reason: `${reasonOf(blamed)}; on the base it ends well: the change broke it` }
}

/** All runs in the order in which they were made, each with its name. Pure. */
export const runsOf = (own: ChecksResult, laid?: Pick<ChecksResult, 'checks'>): Named[] => [
  ...own.setup.filter(isFailing),
  ...own.checks,
  ...own.repeats.flat().map(as('repeat')),
  ...(laid?.checks ?? []).map(as('base tests')),
]

/** Names that a reason takes. */
const MAX_NAMED = 5

/** In which files something is new, without which the tests of the base failed: that may be what was missing. Pure. */
export const leftOutOf = ({ laid, changes }: Pick<Seen, 'laid' | 'changes'>): string => {
  const added = changes.filter(({ change }) => change === 'added').map(({ file }) => file)
  if (!laid || added.length === 0 || (!laid.failure && !laid.checks.some(isFailing))) return ''
  const more = added.length > MAX_NAMED ? ` and ${added.length - MAX_NAMED} more` : ''
  return `; that run went without what is new in ${added.slice(0, MAX_NAMED).join(', ')}${more}`
}

type Failed = Pick<Fact<'dod.failed'>['data'], 'class' | 'findings' | 'reason'>

/** Why the run on the head is no success; undefined when it is one. Pure. */
export const failureOf = (run: ChecksResult, { coverage_min: least }: Pick<YardstickSettings, 'coverage_min'>): Failed | undefined => {
  const failing = run.checks.filter(isFailing)
  const findings = failing.slice(0, MAX_FINDINGS).map(findingOf)
  if (run.failure) return { class: run.failure.class, findings, reason: run.failure.reason }
  if (failing.length > 0 || run.checks.length === 0) return { class: 'test_failure', findings, reason: reasonOf(failing) }
  const unequal = unequalRuns(run.checks, run.repeats)
  if (unequal.length > 0) {
    const flaky = run.repeats.flat().filter(isFailing).slice(0, MAX_FINDINGS).map(findingOf)
    return { class: 'flaky', findings: flaky, reason: `the checks are flaky: ${unequal.join('; ')}` }
  }
  return least === undefined ? undefined : uncovered(run.coverage, least)
}

const uncovered = (coverage: number | undefined, least: number): Failed | undefined => {
  if (coverage === undefined) {
    const reason = `coverage_min = ${least} is set, and the checks wrote no report of coverage that can be read; let them write one, or take it away`
    return { class: 'permanent', findings: [], reason }
  }
  if (coverage >= least) return undefined
  const problem = `${coverage} % of the lines are covered; at least ${least} % must be`
  return { class: 'test_failure', findings: [{ from: 'dod', criterion: 'coverage', problem }], reason: problem }
}

const TAIL = 2000
const MAX_FINDINGS = 10

/** What the implementer of the next round reads of a failed check: the end of its output. Pure. */
export const findingOf = (check: CheckResult): Finding => {
  const output = check.output.length > TAIL ? check.output.replace(ofPassing, '') : check.output
  return {
    from: 'dod',
    criterion: check.command,
    problem: `${endingOf(check)}:\n${output.length > TAIL ? `...${output.slice(-TAIL)}` : output}`,
  }
}

/** What go says of a test that began or passed. */
const ofPassing = /^ *(?:=== (?:RUN|PAUSE|CONT|NAME)|--- PASS:) .*\n/gm

const reasonOf = (failing: readonly CheckResult[]): string =>
  failing.length === 0 ? 'the definition of done names no check' : failing.map(endingOf).join(', ')
