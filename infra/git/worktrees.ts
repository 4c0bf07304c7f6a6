import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { removeFolder } from '../files/remove-folder.ts'
import { processIsAlive, processStartTime } from '../locks/process-identity.mjs'
import { GitProblem } from './git-problem.ts'
import { borrowHistory, makeBorrower } from './history.ts'
import type { RunGit } from './run-git.ts'

/** Throws `GitProblem` unless the key can be a folder's name. */
export function checkKey(key: string): void {
  if (!/^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,199}$/.test(key)) {
    throw new GitProblem(`"${key}" cannot name a worktree: letters, digits, "_", "-" and "." only, 200 at most.`)
  }
}

/** Throws `GitProblem` when the folder lies inside a git repository: tools run in a worktree could mistake that one for theirs. */
export async function checkOutsideRepositories(git: RunGit, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const found = await git(['rev-parse', '--absolute-git-dir'], { cwd: folder, accept: [128] })
  if (found.exitCode !== 0) return
  throw new GitProblem(
    `The cache folder ${folder} lies inside the repository ${found.stdout.trim()}, but mirrors and worktrees must lie outside every repository.`,
    { advice: 'Choose another cache folder.' },
  )
}

const ownerFile = (folder: string): string => `${folder}.owner.json`

async function ownedByAnother(folder: string): Promise<boolean> {
  const text = await readFile(ownerFile(folder), 'utf8').catch(() => null) // no owner on record
  if (text === null) return false
  try {
    const owner: unknown = JSON.parse(text)
    if (typeof owner !== 'object' || owner === null || !('pid' in owner) || !('startTime' in owner)) return false
    const { pid, startTime } = owner
    return typeof pid === 'number' && typeof startTime === 'string' && pid !== process.pid && processIsAlive(pid, startTime)
  } catch {
    return false // cut off while it was written: its writer was killed
  }
}

/** Removes the worktree's folder. Does nothing when there is none. */
export async function removeWorktree(folder: string): Promise<void> {
  await removeFolder(folder)
  await rm(ownerFile(folder), { force: true })
}

/**
 * Checks out `sha` into the folder, whatever was there before, and notes that this process uses it. It is a repository of its
 * own, which borrows the base's commits and has its own copy of what is on top: nothing done to it reaches the mirror, and nothing of
 * the mirror is needed or seen in it.
 */
export async function addWorktree(git: RunGit, mirror: string, folder: string, sha: string): Promise<void> {
  await mkdir(path.dirname(folder), { recursive: true, mode: 0o700 })
  for (let attempt = 1; ; attempt++) {
    await removeWorktree(folder)
    await writeFile(ownerFile(folder), JSON.stringify({ pid: process.pid, startTime: processStartTime(process.pid) }), { mode: 0o600 })
    try {
      await (attempt === 1 ? makeBorrower : fetchCommit)(git, mirror, folder, sha)
      await git(['checkout', '--quiet', '--detach', sha, '--'], { cwd: folder })
      return
    } catch (error) {
      // A git that outlived its killed parent may still be checking out into the same folder: it ends soon.
      if (attempt === 3) throw error
    }
  }
}

/** The way that always goes, also where the history is not there or damaged: git looks for what is missing. */
async function fetchCommit(git: RunGit, mirror: string, folder: string, sha: string): Promise<void> {
  await git(['init', '--quiet', '--template=', '--initial-branch=cortex', folder], { cwd: path.dirname(folder) })
  await borrowHistory(mirror, folder)
  const fetch = [
    'fetch',
    '--quiet',
    '--no-tags',
    '--no-write-fetch-head',
    '--update-shallow',
    '--no-recurse-submodules',
    '--no-auto-maintenance',
  ]
  await git([...fetch, '--', mirror, sha], { cwd: folder })
}

/** Removes every worktree under `folder` whose key is not live and whose process has ended, and what a killed process left in the mirrors. Answers the removed keys. */
export async function sweepWorktrees(cacheDir: string, live: ReadonlySet<string>): Promise<string[]> {
  const worktrees = path.join(cacheDir, 'worktrees')
  const entries = await readdir(worktrees, { withFileTypes: true }).catch(() => []) // none yet
  const removed: string[] = []
  for (const entry of entries.filter((each) => each.isDirectory() && !live.has(each.name))) {
    const folder = path.join(worktrees, entry.name)
    if (await ownedByAnother(folder)) continue
    await removeFolder(folder)
    await rm(ownerFile(folder), { force: true })
    removed.push(entry.name)
  }
  await tidyMirrors(path.join(cacheDir, 'projects'))
  return removed
}

async function tidyMirrors(projects: string): Promise<void> {
  const names = await readdir(projects).catch(() => []) // none yet
  for (const name of names) {
    const mirror = path.join(projects, name)
    if (name.endsWith('.new')) {
      const made = await stat(mirror).catch(() => null) // renamed meanwhile by its maker
      if (made && Date.now() - made.mtimeMs > 60_000) await removeFolder(mirror)
    } else if (name.endsWith('.git')) {
      await removeLeftovers(mirror)
    }
  }
}

/** Files of ours that a killed process left in the mirror; those of a running one are younger. */
async function removeLeftovers(mirror: string): Promise<void> {
  for (const name of await readdir(mirror)) {
    if (!/^(index|bundle|config)\.[0-9a-f-]{36}(\.lock)?$/.test(name)) continue
    const found = await stat(path.join(mirror, name)).catch(() => null) // its owner has just removed it
    if (found && Date.now() - found.mtimeMs > 3_600_000) await rm(path.join(mirror, name), { force: true })
  }
}
