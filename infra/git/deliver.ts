import { realpath } from 'node:fs/promises'
import { GitProblem, withoutCredentials } from './git-problem.ts'
import { commitOf, fetchSource, headRef, isAncestor, keepCommit, sourceRefs } from './mirror.ts'
import type { Source } from './projects.ts'
import type { RunGit } from './run-git.ts'

export interface Delivery {
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

/** Why the base cannot be moved forward to the head now, or null. Brings the mirror up to date first. */
export async function whyNotFastForward(git: RunGit, source: Source, base: string, headSha: string): Promise<string | null> {
  await fetchSource(git, source)
  const tip = await commitOf(git, source.mirror, `${sourceRefs}/${base}`)
  if (!tip) return `There is no branch "${base}" in ${source.shown}.`
  if (await isAncestor(git, source.mirror, headSha, tip)) return null
  if (!(await isAncestor(git, source.mirror, tip, headSha))) {
    return `"${base}" in ${source.shown} has moved on and cannot be fast-forwarded. Merge or rebase the delivered branch by hand.`
  }
  const folders = source.local ? await checkedOutIn(git, source.address, base) : []
  if (folders.length === 0) return null
  return `"${base}" is checked out in ${folders.join(', ')} and is left alone. Run "git merge --ff-only" there, or check out another branch first.`
}

async function checkBranchName(git: RunGit, source: Source, branch: string): Promise<void> {
  const checked = await git(['check-ref-format', '--branch', branch], { cwd: source.mirror, accept: [1, 128] })
  if (checked.exitCode !== 0 || branch.startsWith('-')) throw new GitProblem(`"${branch}" is no valid branch name.`)
}

/** Whether the branch is to be written; false when it holds the head already. Throws `GitProblem` when it holds something else. */
async function branchNeedsWriting(git: RunGit, source: Source, delivery: Delivery): Promise<boolean> {
  const there = await commitOf(git, source.mirror, `${sourceRefs}/${delivery.branch}`)
  if (!there) return true
  if (await isAncestor(git, source.mirror, delivery.headSha, there)) return false
  if (!(await isAncestor(git, source.mirror, there, delivery.headSha))) {
    throw new GitProblem(
      `Branch "${delivery.branch}" exists in ${source.shown} with other commits (${there.slice(0, 12)}). Rename or delete it, then retry.`,
    )
  }
  const folders = source.local ? await checkedOutIn(git, source.address, delivery.branch) : []
  if (folders.length > 0) {
    throw new GitProblem(`Branch "${delivery.branch}" is checked out in ${folders.join(', ')}. Check out another branch there, then retry.`)
  }
  return true
}

async function addToRepository(git: RunGit, source: Source, delivery: Delivery): Promise<void> {
  const options = ['--quiet', '--no-write-fetch-head', '--no-tags', '--no-recurse-submodules', '--no-auto-maintenance', '--no-prune']
  const refspec = `${headRef(delivery.headSha)}:refs/heads/${delivery.branch}`
  await git(['fetch', ...options, '--', await realpath(source.mirror), refspec], { cwd: source.address })
}

/** Moves the base from the tip seen to the head; git itself refuses when it has moved meanwhile. */
async function moveBase(git: RunGit, source: Source, delivery: Delivery): Promise<void> {
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
  throw new GitProblem(`${source.shown} did not take the branch (${said}). Check that you may push there and that nobody pushed meanwhile.`)
}

/**
 * Adds the branch to the person's repository and, with `ff`, moves the base to it. Everything that could refuse is asked
 * before anything is written; neither the working tree nor the index is touched. Throws `GitProblem`.
 */
export async function deliver(git: RunGit, source: Source, delivery: Delivery): Promise<{ branch: string; merged: boolean }> {
  await checkBranchName(git, source, delivery.branch)
  if (!(await keepCommit(git, source.mirror, delivery.headSha))) {
    throw new GitProblem(`Commit ${delivery.headSha} is not in the mirror of project "${source.name}". Adopt its bundle first.`)
  }
  const merged = delivery.merge === 'ff'
  const refusal = merged ? await whyNotFastForward(git, source, delivery.base, delivery.headSha) : await fetchSource(git, source)
  if (refusal) throw new GitProblem(refusal)
  const add = await branchNeedsWriting(git, source, delivery)
  if (source.local) {
    if (add) await addToRepository(git, source, delivery)
    if (merged) await moveBase(git, source, delivery)
  } else {
    const tip = merged ? await commitOf(git, source.mirror, `${sourceRefs}/${delivery.base}`) : null
    const move = tip !== null && !(await isAncestor(git, source.mirror, delivery.headSha, tip))
    const targets = [...(add ? [delivery.branch] : []), ...(move ? [delivery.base] : [])]
    if (targets.length > 0)
      await push(
        git,
        source,
        targets.map((branch) => `${delivery.headSha}:refs/heads/${branch}`),
      )
  }
  return { branch: delivery.branch, merged }
}
