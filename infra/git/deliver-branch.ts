import { realpath } from 'node:fs/promises'
import { shellWord } from '../sandbox/shell-line.ts'
import { GitProblem, withoutCredentials } from './git-problem.ts'
import { commitOf, headRef, isAncestor, keepCommit } from './mirror.ts'
import type { Source } from './projects.ts'
import type { RunGit } from './run-git.ts'
import type { SeeSource, Tips } from './tips.ts'

/** A result for the repository of a person: the branch it is added as, and the base that may be moved to it. */
export interface BranchDelivery {
  branch: string
  headSha: string
  merge: 'branch' | 'ff'
  base: string
}

/** Folders in which the branch is checked out. Only a local repository can have any. */
async function checkedOutIn(git: RunGit, repository: string, branch: string): Promise<string[]> {
  const listed = await git(['worktree', 'list', '--porcelain', '-z'], { cwd: repository })
  const records = listed.stdout.split('\0\0').map((record) => record.split('\0'))
  return records
    .filter((lines) => lines.includes(`branch refs/heads/${branch}`))
    .map((lines) => lines.find((line) => line.startsWith('worktree '))?.slice('worktree '.length) ?? repository)
}

/** Throws `GitProblem` where the base is not on the way to the head. Answers whether it holds the head already. */
async function baseHolds(git: RunGit, source: Source, { base, headSha }: BranchDelivery, tips: Tips): Promise<boolean> {
  const tip = tips.get(base)
  if (!tip) throw new GitProblem(`There is no branch "${base}" in ${source.shown}.`, { advice: 'Bring it back there, then retry.' })
  if (await isAncestor(git, source.mirror, headSha, tip)) return true
  if (await isAncestor(git, source.mirror, tip, headSha)) return false
  throw new GitProblem(`"${base}" in ${source.shown} has moved on and cannot be fast-forwarded.`, {
    advice: 'Merge or rebase the delivered branch by hand.',
  })
}

/** What a person types where the base is left alone, because somebody works on it; undefined where it may be moved. */
async function leftAlone(git: RunGit, source: Source, { base, branch }: BranchDelivery): Promise<string | undefined> {
  const [folder] = source.local ? await checkedOutIn(git, source.address, base) : []
  if (folder === undefined) return undefined
  return `"${base}" is checked out and was left alone; to move it: git -C ${shellWord(folder)} merge --ff-only ${branch}`
}

/** Names with a folder that git takes everywhere: no need to ask it. */
const plainName = /^\w[\w-]*(\/\w[\w-]*)+$/

async function checkBranchName(git: RunGit, source: Source, branch: string): Promise<void> {
  if (plainName.test(branch)) return
  const checked = await git(['check-ref-format', '--branch', branch], { cwd: source.mirror, accept: [1, 128] })
  if (checked.exitCode !== 0 || branch.startsWith('-')) throw new GitProblem(`"${branch}" is no valid branch name.`)
}

/** Whether the branch is to be written; false when it holds the head already. Throws `GitProblem` when it holds something else. */
async function branchNeedsWriting(git: RunGit, source: Source, delivery: BranchDelivery, tips: Tips): Promise<boolean> {
  const there = tips.get(delivery.branch)
  if (!there) return true
  if (await isAncestor(git, source.mirror, delivery.headSha, there)) return false
  if (!(await isAncestor(git, source.mirror, there, delivery.headSha))) {
    throw new GitProblem(`Branch "${delivery.branch}" exists in ${source.shown} with other commits (${there.slice(0, 12)}).`, {
      advice: 'Rename or delete it, then retry.',
    })
  }
  const folders = source.local ? await checkedOutIn(git, source.address, delivery.branch) : []
  if (folders.length > 0) {
    throw new GitProblem(`Branch "${delivery.branch}" is checked out in ${folders.join(', ')}.`, {
      advice: 'Check out another branch there, then retry.',
    })
  }
  return true
}

async function addToRepository(git: RunGit, source: Source, delivery: BranchDelivery): Promise<void> {
  const options = ['--quiet', '--no-write-fetch-head', '--no-tags', '--no-recurse-submodules', '--no-auto-maintenance', '--no-prune']
  const refspec = `${headRef(delivery.headSha)}:refs/heads/${delivery.branch}`
  await git(['fetch', ...options, '--', await realpath(source.mirror), refspec], { cwd: source.address })
}

/** Moves the base from the tip seen to the head; git itself refuses when it has moved meanwhile. */
async function moveBase(git: RunGit, source: Source, delivery: BranchDelivery): Promise<void> {
  const tip = await commitOf(git, source.address, `refs/heads/${delivery.base}`)
  if (!tip || (await isAncestor(git, source.address, delivery.headSha, tip))) return
  await git(['update-ref', '-m', 'cortex: fast-forward', `refs/heads/${delivery.base}`, delivery.headSha, tip], { cwd: source.address })
}

async function push(git: RunGit, source: Source, refspecs: string[]): Promise<void> {
  const pushed = await git(['push', '--quiet', '--no-verify', '--atomic', '--', source.address, ...refspecs], {
    cwd: source.mirror,
    accept: [1, 128],
  })
  if (pushed.exitCode === 0) return
  const said = withoutCredentials(pushed.stderr.trim().split('\n').slice(0, 3).join(' '))
  throw new GitProblem(`${source.shown} did not take the branch (${said}).`, {
    advice: 'Check that you may push there and that nobody pushed meanwhile.',
  })
}

/**
 * Adds the branch to the person's repository and, with `ff`, moves the base to it, unless it is checked out: the remark then says what to
 * type. Everything that could refuse is asked before anything is written; neither the working tree nor the index is touched. Throws `GitProblem`.
 */
export async function deliverBranch(
  git: RunGit,
  source: Source,
  delivery: BranchDelivery,
  see: SeeSource,
): Promise<{ branch: string; merged: boolean; remark?: string }> {
  const { branch, headSha, base } = delivery
  await checkBranchName(git, source, branch)
  if (!(await keepCommit(git, source.mirror, headSha))) {
    throw new GitProblem(`Commit ${headSha} is not in the mirror of project "${source.name}".`, { advice: 'Adopt its bundle first.' })
  }
  const tips = await see(source)
  const isWanted = delivery.merge === 'ff'
  const move = isWanted && !(await baseHolds(git, source, delivery, tips))
  const remark = move ? await leftAlone(git, source, delivery) : undefined
  const add = await branchNeedsWriting(git, source, delivery, tips)
  if (!source.local) {
    const targets = [...(add ? [branch] : []), ...(move ? [base] : [])]
    const refspecs = targets.map((target) => `${headSha}:refs/heads/${target}`)
    if (refspecs.length > 0) await push(git, source, refspecs)
    return { branch, merged: isWanted }
  }
  if (add) await addToRepository(git, source, delivery)
  if (move && !remark) await moveBase(git, source, delivery)
  return { branch, merged: isWanted && !remark, ...(remark ? { remark } : {}) }
}
