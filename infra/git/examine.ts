import { tmpdir } from 'node:os'
import type { Git } from '../../functions/ports.ts'
import type { ProjectConfig } from '../config/config-schema.ts'
import type { Environment } from '../config/environment.ts'
import { filtersAt } from './filters.ts'
import { GitProblem } from './git-problem.ts'
import { branchNames, commitOf } from './mirror.ts'
import { baseBranch, checkLocalRepository, findSource, type Source } from './projects.ts'
import { noSuchBranch } from './resolve.ts'
import { createRunGit, type RunGit } from './run-git.ts'
import { submodulesOf } from './submodules.ts'
import { listFiles } from './transfer.ts'

/** What work on a project would start from. */
interface StartingPoint {
  /** Where it is, without credentials, and the branch with its commit where that is known without fetching. */
  shown: string
  /** Whether that commit brings a `cortex.toml`. */
  ownConfiguration: boolean
  /** How many of its files git passes through filters, and through which. */
  filtered: { files: number; filters: string[] }
}

/**
 * Looks at a project as its tasks will, without a mirror. Throws `GitProblem` in the words its tasks would get.
 * @param project with an absolute path
 */
export async function examineProject(name: string, project: ProjectConfig, env: Environment): Promise<StartingPoint> {
  const cacheDir = tmpdir()
  const git = createRunGit(env, cacheDir)
  const source = findSource({ projects: { [name]: project }, configDir: '/', cacheDir }, name)
  return source.local ? lookAtFolder(git, source, cacheDir) : lookAtRemote(git, source, cacheDir)
}

/** The branch and commit that a task would start from. Throws `GitProblem` where none can. */
async function startIn(git: RunGit, source: Source): Promise<{ branch: string; sha: string }> {
  const branch = await baseBranch(git, source, source.address, await checkLocalRepository(git, source))
  const sha = await commitOf(git, source.address, `refs/heads/${branch}`)
  if (sha === null) throw noSuchBranch(source, branch, await branchNames(git, source.address, 'refs/heads'))
  await submodulesOf(git, source, source.address, sha)
  return { branch, sha }
}

async function look(git: RunGit, find: () => Source): Promise<string | null> {
  try {
    const source = find()
    if (source.local) await startIn(git, source)
    return null
  } catch (error) {
    if (error instanceof GitProblem) return error.reason
    throw error
  }
}

/** How long it holds that nothing was found. */
const GOOD_MS = 2000

/** `Git.whyUnusable`: who asks at the same time shares one look. */
export function createLook(git: RunGit, find: (project: string) => Source): Git['whyUnusable'] {
  const looks = new Map<string, Promise<string | null>>()
  return (project) => {
    const known = looks.get(project)
    if (known) return known
    const looking = look(git, () => find(project))
    looks.set(project, looking)
    const forget = (): boolean => looks.delete(project)
    void looking.then((reason) => (reason === null ? setTimeout(forget, GOOD_MS).unref() : forget()), forget)
    return looking
  }
}

async function lookAtFolder(git: RunGit, source: Source, scratch: string): Promise<StartingPoint> {
  const { branch, sha } = await startIn(git, source)
  const own = await git(['cat-file', '-e', `${sha}:cortex.toml`], { cwd: source.address, accept: [128] })
  const filters = await filtersAt(git, { repository: source.address, scratch }, sha, await listFiles(git, source.address, sha))
  return {
    shown: `${source.shown}, ${branch} at ${sha.slice(0, 7)}`,
    ownConfiguration: own.exitCode === 0,
    filtered: { files: filters.size, filters: [...new Set(filters.values())].sort() },
  }
}

async function lookAtRemote(git: RunGit, source: Source, cwd: string): Promise<StartingPoint> {
  const branch = await baseBranch(git, { ...source, base: undefined }, cwd)
  const wanted = source.base ?? branch
  const found = await git(['ls-remote', '--heads', '--', source.address, `refs/heads/${wanted}`], { cwd, timeoutMs: 60_000 })
  if (found.stdout.trim() === '') throw noSuchBranch(source, wanted, [branch])
  return { shown: `${source.shown} has ${wanted}`, ownConfiguration: false, filtered: { files: 0, filters: [] } }
}
