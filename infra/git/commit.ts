import { randomUUID } from 'node:crypto'
import { chmod, rm } from 'node:fs/promises'
import path from 'node:path'
import { disarm } from './disarm.ts'
import { checkFilters } from './filters.ts'
import { ContentProblem, GitProblem } from './git-problem.ts'
import { headRef, restoreSettings } from './mirror.ts'
import { isDamage } from './mirror-damage.ts'
import type { RunGit } from './run-git.ts'

/** A worktree's folder, the mirror it belongs to and the commit it was checked out at. */
export interface Checkout {
  path: string
  mirror: string
  sha: string
  /** The repository whose attributes count: the person's, where it is on this machine. */
  asked: string
}

/** Signs in git's words that our own store or the machine is to blame, and not what lies in the worktree. */
const ofTheMachine =
  /No space left|Disk quota|Cannot allocate|out of memory|repository database|unable to (?:create|write)|Read-only file system/i

/** Takes everything in. Throws `ContentProblem` for what git takes into no commit: a path like `.GIT/config`, an encoding it does not know. */
async function addAll(git: RunGit, call: Parameters<RunGit>[1]): Promise<void> {
  const added = await git(['add', '--all', '--', '.'], { ...call, accept: [128] })
  if (added.exitCode === 0) return
  const said = added.stderr.trim().split('\n')
  const words = said.slice(-3).join(' ').slice(0, 500)
  if (ofTheMachine.test(words) || isDamage(new GitProblem(words))) throw new GitProblem(`git add failed in ${call.cwd}: ${words}`)
  const refused = said.find((line) => /invalid path|\.gitmodules/.test(line)) ?? words
  throw new ContentProblem(`git takes this into no commit: ${refused.replace(/^(?:error|fatal): /, '')}.`, {
    advice: 'Remove or rename it.',
  })
}

/**
 * Gives the tree of everything in the worktree, ignored files left out, and an index that holds it while it is used. An index of its own and the mirror named outright:
 * whatever the agent did to the worktree's index, locks or `.git` does not count. The files of a repository nested by the
 * agent are taken as plain files, except where the base has a submodule: what is there is no part of this repository.
 */
async function withSnapshot<Result>(
  git: RunGit,
  checkout: Checkout,
  use: (taken: { tree: string; index: string }) => Promise<Result>,
): Promise<Result> {
  await restoreSettings(checkout.mirror)
  const index = path.join(checkout.mirror, `index.${randomUUID()}`)
  const variables = { GIT_DIR: checkout.mirror, GIT_WORK_TREE: checkout.path, GIT_INDEX_FILE: index }
  const call = { cwd: checkout.path, variables }
  try {
    await chmod(checkout.path, 0o700) // git works in it, whatever somebody made of it
    await git(['read-tree', checkout.sha], call)
    await disarm(git, call)
    await addAll(git, call)
    return await use({ tree: (await git(['write-tree'], call)).stdout.trim(), index })
  } finally {
    await Promise.all([rm(index, { force: true }), rm(`${index}.lock`, { force: true })])
  }
}

export const snapshot = (git: RunGit, checkout: Checkout): Promise<string> => withSnapshot(git, checkout, async ({ tree }) => tree)

export async function treeOf(git: RunGit, mirror: string, sha: string): Promise<string> {
  return (await git(['rev-parse', '--verify', `${sha}^{tree}`], { cwd: mirror, lasting: true })).stdout.trim()
}

/**
 * Commits the worktree's content on top of `baseSha`; the same content, message and time give the same sha. Null when nothing differs from
 * the base. Throws `ContentProblem` for what git takes into no commit, and for files that a filter would have to change.
 */
export async function commitCheckout(
  git: RunGit,
  checkout: Checkout,
  input: { baseSha: string; message: string; at: string },
): Promise<string | null> {
  const baseTree = await treeOf(git, checkout.mirror, input.baseSha)
  const tree = await withSnapshot(git, checkout, async (taken) => {
    if (taken.tree !== baseTree) await checkFilters(git, checkout, { baseTree, ...taken })
    return taken.tree
  })
  if (tree === baseTree) return null
  const date = `@${Math.floor(Date.parse(input.at) / 1000)} +0000`
  const made = await git(['commit-tree', tree, '-p', input.baseSha, '-F', '-'], {
    cwd: checkout.mirror,
    input: input.message,
    variables: { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date },
  })
  const sha = made.stdout.trim()
  await git(['update-ref', headRef(sha), sha], { cwd: checkout.mirror })
  return sha
}
