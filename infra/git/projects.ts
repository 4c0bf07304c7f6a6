import { createHash } from 'node:crypto'
import { realpath } from 'node:fs/promises'
import path from 'node:path'
import type { ProjectConfig } from '../config/config-schema.ts'
import { GitProblem, withoutCredentials } from './git-problem.ts'
import type { RunGit } from './run-git.ts'

/** Where a project's commits come from and where its mirror lies. */
export interface Source {
  name: string
  /** Folder or URL, as given to `git fetch`. */
  address: string
  /** For messages: without credentials. */
  shown: string
  local: boolean
  /** Branch named in the configuration, if any. */
  base: string | undefined
  mirror: string
}

/** Finds the project in the configuration. Throws `GitProblem` for an unknown one. */
export function findSource(input: { projects: Record<string, ProjectConfig>; configDir: string; cacheDir: string }, name: string): Source {
  const project = Object.hasOwn(input.projects, name) ? input.projects[name] : undefined
  if (!project) {
    const known = Object.keys(input.projects)
    throw new GitProblem(`There is no project "${name}"; ${known.length ? `known are ${known.join(', ')}` : 'none is configured'}.`, {
      advice: `Add [projects.${name}] with a path to cortex.toml.`,
    })
  }
  if (project.path === undefined && project.url === undefined) {
    throw new GitProblem(`Project "${name}" has neither path nor url.`, { advice: `Set one in [projects.${name}] of cortex.toml.` })
  }
  const local = project.path !== undefined
  const address = project.path !== undefined ? path.resolve(input.configDir, project.path) : (project.url ?? '')
  const hash = createHash('sha256').update(address).digest('hex').slice(0, 12)
  return {
    name,
    address,
    shown: withoutCredentials(address),
    local,
    base: project.base,
    mirror: path.join(input.cacheDir, 'projects', `${name}-${hash}.git`),
  }
}

/** What a look at a local repository tells: whether it has a work tree, and the branch that HEAD names where that was seen at the same time. */
interface Seen {
  bare: boolean
  head?: string
}

/** Throws `GitProblem` unless the folder is the top of a repository (bare or not) that we may read. */
export async function checkLocalRepository(git: RunGit, source: Source): Promise<Seen> {
  const folder = await realpath(source.address).catch(() => null) // absent: said below
  if (folder === null) {
    throw new GitProblem(`the folder ${source.address} does not exist.`, {
      project: source.name,
      advice: 'Correct its path in cortex.toml.',
    })
  }
  // In a bare one it ends with 128, for there is no work tree; what was asked before is answered. So it does for a branch without commits.
  const asked = ['--is-bare-repository', '--absolute-git-dir', '--show-toplevel', '--symbolic-full-name', 'HEAD']
  const found = await git(['rev-parse', ...asked], { cwd: folder, accept: [128] })
  const [bare, gitDir, workTree, head] = found.stdout.trim().split('\n')
  if (found.stderr.includes('dubious ownership')) {
    throw new GitProblem(`${folder} belongs to another user, and git does not read it.`, {
      project: source.name,
      advice: 'Run as its owner, or change the owner.',
    })
  }
  if (gitDir === undefined) {
    throw new GitProblem(`${folder} is no git repository.`, {
      project: source.name,
      advice: 'Run "git init" and commit there, or correct its path in cortex.toml.',
    })
  }
  const top = bare === 'true' ? gitDir : (workTree ?? path.dirname(gitDir))
  if ((await realpath(top)) !== folder) {
    throw new GitProblem(`${folder} is only a folder inside the repository ${top}.`, {
      project: source.name,
      advice: "Name the repository's top folder.",
    })
  }
  const branch = /^refs\/heads\/(.+)$/.exec(head ?? '')?.[1]
  return { bare: bare === 'true', ...(branch === undefined ? {} : { head: branch }) }
}

async function remoteHead(git: RunGit, source: Source, cwd: string): Promise<string | null> {
  const listed = await git(['ls-remote', '--symref', '--', source.address, 'HEAD'], { cwd, accept: [128], timeoutMs: 60_000 })
  if (listed.exitCode !== 0) {
    const said = withoutCredentials(listed.stderr.trim().split('\n')[0] ?? '')
    throw new GitProblem(`${source.shown} cannot be reached (${said}).`, {
      project: source.name,
      advice: 'Check the URL, the network and your access.',
    })
  }
  return /^ref: refs\/heads\/(.+)\tHEAD$/m.exec(listed.stdout)?.[1] ?? null
}

/** The branch work starts from: the configured one, else what HEAD names. Throws `GitProblem` when HEAD names none. */
export async function baseBranch(git: RunGit, source: Source, cwd: string, seen?: Seen | null): Promise<string> {
  const known = source.base ?? seen?.head
  if (known !== undefined) return known
  const head = source.local
    ? (await git(['symbolic-ref', '--quiet', '--short', 'HEAD'], { cwd: source.address, accept: [1] })).stdout.trim()
    : await remoteHead(git, source, cwd)
  if (!head) {
    throw new GitProblem(`HEAD of ${source.shown} names no branch.`, {
      project: source.name,
      advice: `Check out a branch there, or set base in [projects.${source.name}].`,
    })
  }
  return head
}
