import { execFile } from 'node:child_process'
import { lstat, rm } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { removeFolder } from '../files/remove-folder.ts'
import { ContentProblem } from './git-problem.ts'
import type { RunGit } from './run-git.ts'

const run = promisify(execFile)
const large = 100 * 1024 * 1024

/**
 * Takes out of a worktree what makes git, run over it from outside, do something else than take files in: repositories nested in
 * it, whose settings name programs that git starts to look at a submodule; pipes, sockets and devices, of which reading one
 * never ends. Their files stay. Throws `ContentProblem` for a file that is nearly all hole, which git would read for hours.
 */
export async function disarm(git: RunGit, call: Parameters<RunGit>[1]): Promise<void> {
  const holes: string[] = []
  for (const name of await suspicious(call.cwd)) {
    const place = path.join(call.cwd, name)
    const found = await lstat(place).catch(() => null) // below a folder that is removed already
    if (path.basename(name) === '.git') await removeFolder(place)
    else if (found?.isFile() && found.blocks * 512 < found.size / 2) holes.push(name)
    else if (found && !found.isFile()) await rm(place, { force: true })
  }
  const [first] = await notIgnored(git, call, holes)
  if (first === undefined) return
  const size = Math.round((await lstat(path.join(call.cwd, first))).size / large / 10)
  throw new ContentProblem(
    `${first} is a file of ${size} GB that is nearly empty, which no commit can hold. Remove it, or let git ignore it.`,
  )
}

/** Relative names of what is to be looked at. `find` goes from folder to folder, however deep. */
async function suspicious(folder: string): Promise<string[]> {
  const name = process.platform === 'darwin' ? '-iname' : '-name' // there `.GIT` is `.git`
  const nested = ['(', name, '.git', '-prune', '-print0', ')']
  const special = ['(', '!', '-type', 'f', '!', '-type', 'd', '!', '-type', 'l', '-print0', ')']
  const big = ['(', '-type', 'f', '-size', `+${large}c`, '-print0', ')']
  const argv = ['.', '-path', './.git', '-prune', '-o', ...nested, '-o', ...special, '-o', ...big]
  // It fails for folders that may not be read, which git tells of.
  const answer = await run('find', argv, { cwd: folder, maxBuffer: 64 * 1024 * 1024 }).catch((error: { stdout?: string }) => error)
  return (answer.stdout ?? '').split('\0').flatMap((found) => (found ? [path.normalize(found)] : []))
}

async function notIgnored(git: RunGit, call: Parameters<RunGit>[1], names: readonly string[]): Promise<string[]> {
  if (names.length === 0) return []
  const input = names.map((name) => `${name}\0`).join('')
  const answer = await git(['check-ignore', '-z', '--stdin', '--no-index'], { ...call, input, accept: [1] })
  const ignored = new Set(answer.stdout.split('\0'))
  return names.filter((name) => !ignored.has(name))
}
