import { tmpdir } from 'node:os'
import type { ProjectConfig } from '../config/config-schema.ts'
import type { Environment } from '../config/environment.ts'
import { filtersAt } from './filters.ts'
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

async function lookAtFolder(git: RunGit, source: Source, scratch: string): Promise<StartingPoint> {
  await checkLocalRepository(git, source)
  const branch = await baseBranch(git, source, source.address)
  const sha = await commitOf(git, source.address, `refs/heads/${branch}`)
  if (sha === null) throw noSuchBranch(source, branch, await branchNames(git, source.address, 'refs/heads'))
  const own = await git(['cat-file', '-e', `${sha}:cortex.toml`], { cwd: source.address, accept: [128] })
  await submodulesOf(git, source, source.address, sha)
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
