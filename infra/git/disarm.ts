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
  const holes = await takeOut(call.cwd).catch(async () => {
    await open(call.cwd)
    return takeOut(call.cwd)
  })
  const [first] = await notIgnored(git, call, holes)
  if (first === undefined) return
  const size = Math.round((await lstat(path.join(call.cwd, first))).size / large / 10)
  throw new ContentProblem(`${first} is a file of ${size} GB that is nearly empty, which no commit can hold.`, {
    advice: 'Remove it, or let git ignore it.',
  })
}

/** Answers the relative names of files that are nearly all hole. Throws where a folder is shut against us. */
async function takeOut(folder: string): Promise<string[]> {
  const holes: string[] = []
  for (const name of await suspicious(folder)) {
    const place = path.join(folder, name)
    const found = await lstat(place).catch(() => null) // below a folder that is removed already
    if (path.basename(name) === '.git') await removeFolder(place)
    else if (found?.isFile() && found.blocks * 512 < found.size / 2) holes.push(name)
    else if (found && !found.isFile()) await rm(place, { force: true })
  }
  return holes
}

/**
 * Gives us back what its owner shut, from folder to folder and following no link: where an ordinary user may not list a folder, he does
 * not find the repository in it, which git, that asks for it by name, starts programs of.
 */
async function open(folder: string): Promise<void> {
  // What it could not open is told by the next look.
  await run('chmod', ['-R', 'u+rwX', '--', '.'], { cwd: folder }).catch(() => undefined)
}

/** Relative names of what is to be looked at. `find` goes from folder to folder, however deep. Throws for a folder it may not list. */
async function suspicious(folder: string): Promise<string[]> {
  const name = process.platform === 'darwin' ? '-iname' : '-name' // there `.GIT` is `.git`
  const nested = ['(', name, '.git', '-prune', '-print0', ')']
  const special = ['(', '!', '-type', 'f', '!', '-type', 'd', '!', '-type', 'l', '-print0', ')']
  const big = ['(', '-type', 'f', '-size', `+${large}c`, '-print0', ')']
  const argv = ['.', '-path', './.git', '-prune', '-o', ...nested, '-o', ...special, '-o', ...big]
  const found = await run('find', argv, { cwd: folder, maxBuffer: 64 * 1024 * 1024 }).catch(({ stderr = '' }: { stderr?: string }) => {
    throw new ContentProblem(`the worktree cannot be looked through: ${stderr.trim().slice(0, 300)}.`, {
      advice: 'Open what is shut there, or remove it.',
    })
  })
  return found.stdout.split('\0').flatMap((name) => (name ? [path.normalize(name)] : []))
}

async function notIgnored(git: RunGit, call: Parameters<RunGit>[1], names: readonly string[]): Promise<string[]> {
  if (names.length === 0) return []
  const input = names.map((name) => `${name}\0`).join('')
  const answer = await git(['check-ignore', '-z', '--stdin', '--no-index'], { ...call, input, accept: [1] })
  const ignored = new Set(answer.stdout.split('\0'))
  return names.filter((name) => !ignored.has(name))
}
