import path from 'node:path'
import type { Git, Worktree } from '../../functions/ports.ts'
import type { ProjectConfig } from '../config/config-schema.ts'
import type { Environment } from '../config/environment.ts'
import { type Checkout, commitCheckout, snapshot, treeOf } from './commit.ts'
import { composeCommit } from './compose.ts'
import { deliverBranch } from './deliver-branch.ts'
import { readChanges, readDiff } from './diff.ts'
import { createLook } from './examine.ts'
import { filtersOf } from './filters.ts'
import { GitProblem } from './git-problem.ts'
import { historyOf } from './history.ts'
import { checkSha, commitOf, fetchSource, keepCommit } from './mirror.ts'
import { createMirrors, type Mirrors } from './mirrors.ts'
import { findSource, type Source } from './projects.ts'
import { findBase, resolveProject } from './resolve.ts'
import { createRunGit, type RunGit } from './run-git.ts'
import { listShowable } from './showable.ts'
import { fillSubmodules } from './submodules.ts'
import { createSeeSource } from './tips.ts'
import { adoptBundle, listFiles, listLinks, listMentioning, makeBundle, readFileAt } from './transfer.ts'
import { addWorktree, checkKey, removeWorktree, sweepWorktrees } from './worktrees.ts'

export interface GitOptions {
  projects: Record<string, ProjectConfig>
  /** Mirrors and worktrees go here; must lie outside every repository. */
  cacheDir: string
  /** Relative project paths start here. */
  configDir: string
  /** Our environment; PATH, HOME and what ssh needs are taken from it. */
  env: Environment
  log: { warn(details: object, message: string): void }
}

export interface GitWithSweep extends Git {
  /** Removes worktrees that no live key owns and no other running process uses. Called at the start; answers the removed keys. */
  sweep(liveKeys: ReadonlySet<string>): Promise<string[]>
  /** The folder from which a worktree of ours borrows commits; null for any other folder. */
  borrowedBy(folder: string): string | null
}

/** Makes the worktree; the cache may have been emptied since the commit was seen, or be another machine's: it is then fetched. */
async function fill(git: RunGit, source: Source, folder: string, sha: string): Promise<void> {
  const add = async (): Promise<void> => {
    await addWorktree(git, source.mirror, folder, sha)
    await fillSubmodules(git, source, folder, sha)
  }
  try {
    await add()
  } catch (error) {
    await removeWorktree(folder)
    if (await commitOf(git, source.mirror, sha)) throw error
    await fetchSource(git, source)
    if (await commitOf(git, source.mirror, sha)) return add()
    const why = `neither in the mirror of project "${source.name}" nor on a branch of ${source.shown}`
    throw new GitProblem(`Commit ${sha} is ${why}.`, {
      advice: 'Bring it back there, or retry the task from what is there now.',
      cause: error,
    })
  }
}

/** The mirror, and the repository whose own attributes count: the person's, where it is a folder. */
const askedOf = ({ local, address, mirror }: Source): { mirror: string; asked: string } => ({ mirror, asked: local ? address : mirror })

/** Worktrees and what becomes of their content. */
function createWorktrees({
  git,
  exclusively,
  cacheFolder,
  inMirror,
}: Mirrors): Pick<GitWithSweep, 'worktree' | 'commit' | 'isDirty' | 'borrowedBy'> {
  const checkouts = new WeakMap<Worktree, Checkout>()
  const lenders = new Map<string, string>()

  function checkoutOf(worktree: Worktree): Checkout {
    const checkout = checkouts.get(worktree)
    if (!checkout) throw new GitProblem(`${worktree.path} is no worktree of this process.`)
    return checkout
  }

  async function open(source: Source, sha: string, key: string): Promise<Worktree> {
    const { mirror } = source
    const folder = path.join(await cacheFolder(), 'worktrees', key)
    await fill(git, source, folder, sha)
    const remove = async (): Promise<void> => {
      lenders.delete(folder)
      await exclusively(mirror, () => removeWorktree(folder))
    }
    const made: Worktree = { path: folder, [Symbol.asyncDispose]: remove }
    lenders.set(folder, path.join(historyOf(mirror), 'objects'))
    checkouts.set(made, { path: folder, sha, ...askedOf(source) })
    return made
  }

  return {
    borrowedBy: (folder) => lenders.get(folder) ?? null,
    worktree: async ({ project, sha, key }) => {
      checkKey(key)
      checkSha(sha)
      return inMirror(project, (source) => open(source, sha, key))
    },
    commit: async (input) => {
      checkSha(input.baseSha)
      const checkout = checkoutOf(input.worktree)
      return exclusively(checkout.mirror, () => commitCheckout(git, checkout, input))
    },
    isDirty: async (worktree) => {
      const checkout = checkoutOf(worktree)
      const { mirror, sha } = checkout
      return exclusively(mirror, async () => (await snapshot(git, checkout)) !== (await treeOf(git, mirror, sha)))
    },
  }
}

/** Reading commits, and taking them from one cache to another. */
function createReading({
  git,
  inMirror,
}: Mirrors): Pick<
  Git,
  'bundle' | 'adopt' | 'diff' | 'changes' | 'compose' | 'tree' | 'show' | 'files' | 'mentioning' | 'links' | 'showable'
> {
  return {
    bundle: async (input) => {
      checkSha(input.baseSha)
      checkSha(input.headSha)
      return inMirror(input.project, (source) => makeBundle(git, source.mirror, input))
    },
    adopt: async ({ project, headSha, bundle }) => {
      checkSha(headSha)
      if (await inMirror(project, (source) => keepCommit(git, source.mirror, headSha))) return
      const bytes = await bundle()
      await inMirror(project, (source) => adoptBundle(git, source, headSha, bytes))
    },
    diff: async (input) => {
      checkSha(input.baseSha)
      checkSha(input.headSha)
      return inMirror(input.project, (source) => readDiff(git, source.mirror, input))
    },
    changes: async (input) => {
      checkSha(input.baseSha)
      checkSha(input.headSha)
      return inMirror(input.project, (source) => readChanges(git, source.mirror, input))
    },
    compose: async (input) => {
      checkSha(input.baseSha)
      checkSha(input.headSha)
      return inMirror(input.project, (source) => composeCommit(git, source.mirror, input))
    },
    tree: async ({ project, sha }) => {
      checkSha(sha)
      return inMirror(project, (source) => treeOf(git, source.mirror, sha))
    },
    show: async ({ project, sha, file }) => {
      checkSha(sha)
      return inMirror(project, (source) => readFileAt(git, source.mirror, sha, file))
    },
    files: async ({ project, sha }) => {
      checkSha(sha)
      return inMirror(project, (source) => listFiles(git, source.mirror, sha))
    },
    mentioning: async ({ project, sha, texts }) => {
      checkSha(sha)
      return inMirror(project, (source) => listMentioning(git, source.mirror, sha, texts))
    },
    links: async ({ project, sha }) => {
      checkSha(sha)
      return inMirror(project, (source) => listLinks(git, source.mirror, sha))
    },
    showable: async ({ project, sha }) => {
      checkSha(sha)
      return inMirror(project, (source) => listShowable(git, source.mirror, sha))
    },
  }
}

const createFilters =
  ({ git, inMirror }: Mirrors): Git['filters'] =>
  async ({ project, sha, files }) => {
    checkSha(sha)
    return inMirror(project, async (source) => {
      if (!(await commitOf(git, source.mirror, sha))) await fetchSource(git, source)
      return filtersOf(git, askedOf(source), sha, files)
    })
  }

/** The `Git` service: bare mirrors and worktrees in the cache folder. Work on one mirror is done one call after another. */
export function createGit(options: GitOptions): GitWithSweep {
  const git = createRunGit(options.env, options.cacheDir)
  const mirrors = createMirrors(git, options)
  const see = createSeeSource(git)
  return {
    ...createWorktrees(mirrors),
    ...createReading(mirrors),
    filters: createFilters(mirrors),
    resolve: async (project, { isQuick } = { isQuick: false }) => {
      const resolved = await mirrors.inMirror(project, (source) => resolveProject(git, source, see, isQuick))
      for (const warning of resolved.warnings) options.log.warn({ project }, warning)
      return resolved
    },
    whyUnusable: createLook(git, (project) => findSource(options, project)),
    base: (project) => mirrors.inMirror(project, (source) => findBase(git, source)),
    deliver: async (input) => {
      checkSha(input.headSha)
      return mirrors.inMirror(input.project, (source) => deliverBranch(git, source, input, see))
    },
    sweep: async (liveKeys) => sweepWorktrees(await mirrors.cacheFolder(), liveKeys),
  }
}
