import { GitProblem } from './git-problem.ts'
import { keepHistory } from './history.ts'
import { baseBranch, checkLocalRepository, type Source } from './projects.ts'
import type { RunGit } from './run-git.ts'
import { submodulesOf } from './submodules.ts'
import type { SeeSource } from './tips.ts'

export interface Resolved {
  baseSha: string
  branch: string
  warnings: string[]
}

async function uncommittedWarning(git: RunGit, source: Source, sha: string): Promise<string[]> {
  const status = await git(['status', '--porcelain', '--ignore-submodules=all'], { cwd: source.address })
  const changes = status.stdout.split('\n').filter(Boolean).length
  if (changes === 0) return []
  const noun = changes === 1 ? 'uncommitted change is' : 'uncommitted changes are'
  return [`Project "${source.name}" works from commit ${sha.slice(0, 12)}; ${changes} ${noun} not included.`]
}

/** What is wrong where the branch that work starts from is not among those that are there. Pure. */
export function noSuchBranch(source: Source, branch: string, names: readonly string[]): GitProblem {
  const project = source.name
  if (names.length === 0) return new GitProblem(`${source.shown} has no commits yet.`, { project, advice: 'Commit something there first.' })
  return new GitProblem(`there is no branch "${branch}" in ${source.shown}.`, {
    project,
    advice: `Set base to one that is there: ${names.slice(0, 20).join(', ')}.`,
  })
}

/** The branch work starts from, as the configuration or the repository names it now. Throws `GitProblem` when there is none. */
export async function findBase(git: RunGit, source: Source): Promise<string> {
  const seen = source.local ? await checkLocalRepository(git, source) : null
  return baseBranch(git, source, source.mirror, seen)
}

/** Brings the mirror up to date and answers the commit work starts from. Throws `GitProblem` when there is none, or a submodule is not to be had. */
export async function resolveProject(git: RunGit, source: Source, see: SeeSource, isQuick: boolean): Promise<Resolved> {
  const repository = source.local ? await checkLocalRepository(git, source) : null
  const branch = await baseBranch(git, source, source.mirror, repository)
  const tips = await see(source)
  const baseSha = tips.get(branch)
  if (!baseSha) throw noSuchBranch(source, branch, [...tips.keys()])
  await keepHistory(git, source.mirror, baseSha)
  await submodulesOf(git, source, source.mirror, baseSha)
  const warnings = repository && !repository.bare && !isQuick ? await uncommittedWarning(git, source, baseSha) : []
  return { baseSha, branch, warnings }
}
