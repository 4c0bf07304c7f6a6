import { cp, mkdir, realpath, stat } from 'node:fs/promises'
import path from 'node:path'
import type { Failure } from '../../functions/failure.ts'

function inside(folder: string, file: string): boolean {
  const relative = path.relative(folder, file)
  return relative === '' || (!path.isAbsolute(relative) && relative.split(path.sep)[0] !== '..')
}

/** The deepest folder of the path that exists, links followed. */
async function existingFolder(folder: string): Promise<string> {
  const found = await realpath(folder).catch(() => null) // not there yet: its parent may be
  return found ?? existingFolder(path.dirname(folder))
}

async function copyOne(name: string, repository: string, worktree: string): Promise<string | null> {
  const source = path.resolve(repository, name)
  const target = path.resolve(worktree, name)
  if (path.isAbsolute(name) || !inside(repository, source) || name.split(/[\\/]/).includes('.git'))
    return `"${name}" is no path inside the repository`
  if (!(await stat(source).catch(() => null))) return `"${name}" is not there`
  // The change may have put a link in the way that leads out of the worktree.
  if (!inside(await realpath(worktree), await existingFolder(target))) return `"${name}" would be copied to a place outside the worktree`
  await mkdir(path.dirname(target), { recursive: true })
  await cp(source, target, { recursive: true, dereference: false })
  return null
}

/** Copies untracked files of the person's repository into the worktree. All faults at once, or null. */
export async function copyFiles(names: readonly string[], repository: string | undefined, worktree: string): Promise<Failure | null> {
  if (names.length === 0) return null
  if (repository === undefined)
    return { class: 'permanent', reason: 'Files to copy (copy) need a project with a local path; this one has a url.' }
  const faults: string[] = []
  for (const name of names) {
    const fault = await copyOne(name, repository, worktree)
    if (fault) faults.push(fault)
  }
  return faults.length === 0
    ? null
    : { class: 'permanent', reason: `Files to copy from ${repository}: ${faults.join('; ')}. Correct copy in cortex.toml.` }
}
