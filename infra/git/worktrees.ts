import { chmod, mkdir, readdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { processIsAlive, processStartTime } from '../locks/process-identity.mjs'
import { GitProblem } from './git-problem.ts'
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
    `The cache folder ${folder} lies inside the repository ${found.stdout.trim()}. Mirrors and worktrees must lie outside every repository: choose another cache folder.`,
  )
}

async function makeWritable(folder: string): Promise<void> {
  await chmod(folder, 0o700)
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await makeWritable(path.join(folder, entry.name))
  }
}

/** Removes a folder even when something made parts of it read-only. */
export async function removeFolder(folder: string): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && (error.code === 'EACCES' || error.code === 'EPERM'))) throw error
    await makeWritable(folder)
    await rm(folder, { recursive: true, force: true, maxRetries: 3 })
  }
}

/** Forgets the mirror's records of worktrees at this path, also locked and half-written ones, which `git worktree prune` leaves alone. */
async function forgetRecords(mirror: string, folder: string): Promise<void> {
  const records = path.join(mirror, 'worktrees')
  for (const name of await readdir(records).catch(() => [])) {
    // none yet
    const record = path.join(records, name)
    const owner = await readFile(path.join(record, 'gitdir'), 'utf8').catch(() => '') // half-written: its name tells
    if (owner.trim() === path.join(folder, '.git') || (owner === '' && name === path.basename(folder))) await removeFolder(record)
  }
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

/** Removes the worktree's folder and every record of it. Does nothing when there is none. */
export async function removeWorktree(git: RunGit, mirror: string, folder: string): Promise<void> {
  await removeFolder(folder)
  await rm(ownerFile(folder), { force: true })
  if (!(await stat(mirror).catch(() => null))) return // no mirror: no records
  await forgetRecords(mirror, folder)
  await prune(git, mirror)
}

/** Checks out `sha` into the folder, whatever was there before, and notes that this process uses it. */
export async function addWorktree(git: RunGit, mirror: string, folder: string, sha: string): Promise<void> {
  await mkdir(path.dirname(folder), { recursive: true, mode: 0o700 })
  await removeWorktree(git, mirror, folder)
  await writeFile(ownerFile(folder), JSON.stringify({ pid: process.pid, startTime: processStartTime(process.pid) }), { mode: 0o600 })
  const add = ['worktree', 'add', '--quiet', '--force', '--detach', '--no-guess-remote', '--', folder, sha]
  for (let attempt = 1; ; attempt++) {
    try {
      await git(add, { cwd: mirror })
      return
    } catch (error) {
      // A git that outlived its killed parent may still be checking out into the same folder: it ends soon.
      if (attempt === 3) throw error
      await removeFolder(folder)
      await forgetRecords(mirror, folder)
    }
  }
}

/** Removes every worktree under `folder` whose key is not live and whose process has ended, and prunes every mirror. Answers the removed keys. */
export async function sweepWorktrees(git: RunGit, cacheDir: string, live: ReadonlySet<string>): Promise<string[]> {
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
  await pruneMirrors(git, path.join(cacheDir, 'projects'), worktrees)
  return removed
}

/** Forgets worktrees whose folders are gone. Mostly there are none, and asking git each time would delay every task and every start. */
async function prune(git: RunGit, mirror: string): Promise<void> {
  const records = await readdir(path.join(mirror, 'worktrees')).catch(() => []) // git makes the folder with the first one
  if (records.length > 0) await git(['worktree', 'prune', '--expire=now'], { cwd: mirror })
}

async function pruneMirrors(git: RunGit, projects: string, worktrees: string): Promise<void> {
  const names = await readdir(projects).catch(() => []) // none yet
  for (const name of names) {
    const mirror = path.join(projects, name)
    if (name.endsWith('.new')) {
      const made = await stat(mirror).catch(() => null) // renamed meanwhile by its maker
      if (made && Date.now() - made.mtimeMs > 60_000) await removeFolder(mirror)
    } else if (name.endsWith('.git')) {
      await removeLeftovers(mirror)
      await forgetMissing(mirror, await realpath(worktrees).catch(() => worktrees)) // not made yet: then there is nothing to forget
      await prune(git, mirror)
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

async function forgetMissing(mirror: string, worktrees: string): Promise<void> {
  for (const name of await readdir(path.join(mirror, 'worktrees')).catch(() => [])) {
    // none yet
    const folder = path.join(worktrees, name)
    if (!(await stat(folder).catch(() => null))) await forgetRecords(mirror, folder) // gone: its record goes too
  }
}
