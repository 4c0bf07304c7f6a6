import { stripVTControlCharacters } from 'node:util'
import type { Judged } from '../../domain/catalogue/checks.ts'
import type { Finding } from '../../domain/catalogue/shared.ts'
import { brokenBy, type Canary, type CheckResult, type ChecksResult, isFailing } from './check-ports.ts'
import { type CanaryHeard, judgeYardstick, type Seen } from './judge-yardstick.ts'
import type { Verifying } from './run-checks.ts'

/** Runs on the change, each with the tests that the one before left open; mostly one is enough. */
const MOST_RUNS = 3
/** Files that a sentence names. */
const MOST_NAMED = 3

/**
 * Whether the checks that passed can fail: they are run once more with tests that must fail at the end of files of the base. A check that passes
 * all the same is asked the same at the base: where it fails there with them, and passes with the same tests made to pass, the change keeps it
 * from failing. Where it passes there as well it does not run these files.
 */
export async function hearCanaries(verifying: Verifying, seen: Seen): Promise<Seen> {
  const { services, about, settings } = verifying
  const hasPassed = !seen.laid || !(seen.laid.failure || seen.laid.checks.some(isFailing))
  if (!settings.canary || seen.tests === 'head' || !hasPassed || judgeYardstick(seen).kind === 'failed') return seen
  const canaries = await services.yardstick.canaries(about)
  return canaries.length === 0 ? seen : { ...seen, canary: await hear(verifying, seen.laidSha ?? about.headSha, canaries) }
}

/** What of it stands on record. */
export const heardIn = ({ canary }: Seen): { canary?: NonNullable<Judged['canary']> } =>
  canary ? { canary: { heard: [...canary.heard], unheard: [...canary.unheard] } } : {}

/** Tests that must fail, and by which commands; without them, by all. */
interface Planted {
  readonly canaries: readonly Canary[]
  readonly only?: readonly string[]
}
const commandsOf = (checks: readonly CheckResult[]): string[] => checks.map(({ command }) => command)

const hear = async (verifying: Verifying, sha: string, canaries: readonly Canary[]): Promise<CanaryHeard> => {
  const heard = new Set<Canary>()
  const waiting: Planted[] = [{ canaries }]
  for (let runs = 0; runs < MOST_RUNS; runs++) {
    const next = waiting.shift()
    if (!next) break
    const planted = next.canaries
    const { checks } = await runWith(verifying, sha, next, 'failing')
    const passed = checks.filter((check) => !isFailing(check))
    const findings = await keptFromFailing(verifying, passed, planted)
    const failing = checks.filter((check) => isFailing(check) && check.exitCode !== null)
    for (const canary of await surelyToldBy(verifying, sha, failing, planted)) heard.add(canary)
    if (findings.length > 0) return { ...told(canaries, heard), findings }
    waiting.push(...leftOpen(failing, planted, toldBy(failing, planted)))
  }
  return { ...told(canaries, heard), findings: [] }
}

const told = (canaries: readonly Canary[], heard: ReadonlySet<Canary>): Pick<CanaryHeard, 'heard' | 'unheard'> => {
  const files = filesOf(canaries)
  const hearing = files.filter((file) => canaries.some((canary) => canary.file === file && heard.has(canary)))
  return { heard: hearing, unheard: files.filter((file) => !hearing.includes(file)) }
}
const filesOf = (canaries: readonly Canary[]): string[] => [...new Set(canaries.map(({ file }) => file))]

/** Those of whose failing a check tells; one that stood alone is what failed, though no word says so. */
const toldBy = (failing: readonly CheckResult[], planted: readonly Canary[]): readonly Canary[] => {
  const said = failing.map(({ output }) => stripVTControlCharacters(output)).join('\n')
  return planted.length === 1 && failing.length > 0 ? planted : planted.filter(({ mark }) => said.includes(mark))
}

/** A check that counts its failed tests ran them. One that does not may have refused the text (a linter): then it refuses the same made to pass. */
const surelyToldBy = async (verifying: Verifying, sha: string, failing: readonly CheckResult[], planted: readonly Canary[]) => {
  const counting = toldBy(failing.filter(countsFailed), planted)
  const others = failing.filter((check) => !countsFailed(check))
  const perhaps = toldBy(others, planted).filter((canary) => !counting.includes(canary))
  if (perhaps.length === 0) return counting
  const { checks } = await runWith(verifying, sha, { canaries: perhaps, only: commandsOf(others) }, 'passing')
  const fine = commandsOf(checks.filter((check) => !isFailing(check)))
  const running = others.filter(({ command }) => fine.includes(command))
  return [...counting, ...toldBy(running, planted).filter((canary) => perhaps.includes(canary))]
}
const countsFailed = ({ tests }: CheckResult): boolean => (tests?.failed ?? 0) > 0

/** What another run should be made with: what the first that failed has hidden; where none is told of, one of each file alone. */
const leftOpen = (failing: readonly CheckResult[], planted: readonly Canary[], failed: readonly Canary[]): Planted[] => {
  const rest = planted.filter((canary) => !failed.includes(canary))
  const only = commandsOf(failing)
  if (rest.length === 0 || only.length === 0) return []
  if (failed.length > 0) return [{ canaries: rest, only }]
  return filesOf(rest).map((file) => ({ canaries: rest.filter((canary) => canary.file === file).slice(0, 1), only }))
}

const runWith = async (
  { services, about, input, key }: Verifying,
  sha: string,
  { canaries, only }: Planted,
  as: 'failing' | 'passing',
): Promise<ChecksResult> => {
  const planted = await services.yardstick.plant({ project: about.project, sha, canaries, as })
  const named = key(`canary-${as}`)
  await using worktree = await services.git.worktree({ project: about.project, sha: planted, key: named })
  const must = as === 'failing' ? 'fail: the checks must not pass now' : 'pass, for comparison'
  input.onLine?.(`In ${filesOf(canaries).slice(0, MOST_NAMED).join(', ')} tests are added that must ${must}.`)
  // Awaited here: the worktree goes with this scope.
  return await services.checks.run({ ...input, ...(only ? { only } : {}), key: named, path: worktree.path })
}

/** Which of these checks, that passed with them, fail with them at the base, and for nothing else. */
const keptFromFailing = async (verifying: Verifying, passed: readonly CheckResult[], canaries: readonly Canary[]): Promise<Finding[]> => {
  if (passed.length === 0) return []
  const atBase = await baseWith(verifying, { canaries, only: commandsOf(passed) }, 'failing')
  const broken = atBase.failure ? [] : commandsOf(brokenBy(atBase))
  const doubtful = passed.filter(({ command }) => broken.includes(command))
  if (doubtful.length === 0) return []
  const { checks } = await baseWith(verifying, { canaries, only: commandsOf(doubtful) }, 'passing')
  const fine = commandsOf(checks.filter((check) => !isFailing(check)))
  return doubtful
    .filter(({ command }) => fine.includes(command))
    .flatMap(({ command }) =>
      filesOf(canaries)
        .slice(0, MOST_NAMED)
        .map(
          (file): Finding => ({
            from: 'dod',
            criterion: command,
            file,
            problem: `\`${command}\` passes although a test that must fail was added here`,
          }),
        ),
    )
}

/** The same at the base, remembered by what is said there but for the words that are drawn. */
const baseWith = async ({ services, about, input, key }: Verifying, { canaries, only = [] }: Planted, as: 'failing' | 'passing') => {
  const { project, baseSha: sha } = about
  const tree = await services.git.tree({ project, sha })
  const files = filesOf(canaries).map((file) => [file, canaries.filter((canary) => canary.file === file).length])
  const open = async () => {
    const planted = await services.yardstick.plant({ project, sha, canaries, as })
    return services.git.worktree({ project, sha: planted, key: key(`canary-base-${as}`) })
  }
  return services.checks.base({ ...input, only, key: key(`canary-base-${as}`), sha, tree: JSON.stringify([tree, as, files]), open })
}
