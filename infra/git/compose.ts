import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import type { Git } from '../../functions/ports.ts'
import { headRef } from './mirror.ts'
import type { RunGit } from './run-git.ts'

/** What a line of `git ls-tree` tells of a file, as `update-index` takes it. */
async function entriesAt(git: RunGit, mirror: string, sha: string, files: readonly string[]): Promise<string[]> {
  if (files.length === 0) return []
  const wanted = new Set(files)
  const listed = await git(['ls-tree', '-r', '-z', '--full-tree', sha], { cwd: mirror })
  return listed.stdout.split('\0').filter((entry) => wanted.has(entry.slice(entry.indexOf('\t') + 1)))
}

/** Files of these that may be executed at that commit: a text that is written over one may be as well. */
async function executableAt(git: RunGit, mirror: string, sha: string, files: readonly string[]): Promise<ReadonlySet<string>> {
  const entries = await entriesAt(git, mirror, sha, files)
  return new Set(entries.filter((entry) => entry.startsWith('100755 ')).map((entry) => entry.slice(entry.indexOf('\t') + 1)))
}

/** The commit of `Git.compose`, made in an index of its own: nothing of the head's links or folders is followed. */
export async function composeCommit(git: RunGit, mirror: string, input: Parameters<Git['compose']>[0]): Promise<string> {
  const { baseSha, headSha, restore, remove, write } = input
  const index = path.join(mirror, `index.${randomUUID()}`)
  const call = { cwd: mirror, variables: { GIT_INDEX_FILE: index } }
  try {
    await git(['read-tree', headSha], call)
    const removed = remove.map((file) => `0 ${'0'.repeat(headSha.length)}\t${file}`)
    const entries = [...removed, ...(await entriesAt(git, mirror, baseSha, restore))]
    const executable = await executableAt(git, mirror, headSha, Object.keys(write))
    for (const [file, text] of Object.entries(write)) {
      const made = await git(['hash-object', '-w', '--stdin'], { cwd: mirror, input: text })
      entries.push(`${executable.has(file) ? '100755' : '100644'} ${made.stdout.trim()}\t${file}`)
    }
    const text = entries.map((entry) => `${entry}\0`).join('')
    // A folder of the base may be a link at the head, and the other way round: what stands in the way goes.
    await git(['update-index', '-z', '--replace', '--index-info'], { ...call, input: text })
    const tree = (await git(['write-tree'], call)).stdout.trim()
    const date = '@0 +0000'
    const made = await git(['commit-tree', tree, '-p', headSha, '-m', "The base's tests over the change"], {
      cwd: mirror,
      variables: { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date },
    })
    const sha = made.stdout.trim()
    await git(['update-ref', headRef(sha), sha], { cwd: mirror })
    return sha
  } finally {
    await Promise.all([rm(index, { force: true }), rm(`${index}.lock`, { force: true })])
  }
}
