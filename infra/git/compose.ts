import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import type { FileChange, Git } from '../../functions/ports.ts'
import { headRef } from './mirror.ts'
import type { RunGit } from './run-git.ts'

const kinds: Readonly<Record<string, FileChange['is']>> = { '120000': 'link', '160000': 'repository' }
const emptyBlobs = ['e69de29bb2d1d6434b8b29ae775ad8c2e48c5391', '473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813']
const words: Readonly<Record<string, FileChange['change']>> = { A: 'added', D: 'deleted', R: 'renamed' }

/** Every file that differs, read from `git diff --raw --numstat -z`: first all raw entries, then all numbers, in the same order. */
export async function readChanges(git: RunGit, mirror: string, baseSha: string, headSha: string): Promise<FileChange[]> {
  const options = ['--raw', '--numstat', '-z', '--no-abbrev', '--no-ext-diff', '--no-textconv', '--find-renames']
  const { stdout } = await git(['diff', ...options, baseSha, headSha, '--'], { cwd: mirror })
  const fields = stdout.split('\0')
  const changes: FileChange[] = []
  let at = 0
  while (fields[at]?.startsWith(':')) {
    const [, mode = '', , hash = '', status = ''] = fields[at]!.split(' ')
    const change = words[status[0] ?? ''] ?? 'changed'
    const isRenamed = change === 'renamed'
    const [first = '', second = ''] = [fields[at + 1], fields[at + 2]]
    const is = kinds[mode] ?? (emptyBlobs.includes(hash) ? 'empty' : 'file')
    changes.push({
      file: isRenamed ? second : first,
      ...(isRenamed ? { from: first } : {}),
      change,
      ...(change === 'deleted' ? {} : { is }),
      added: 0,
      removed: 0,
    })
    at += isRenamed ? 3 : 2
  }
  for (const change of changes) {
    const [added, removed] = (fields[at] ?? '').split('\t')
    Object.assign(change, { added: Number(added) || 0, removed: Number(removed) || 0 })
    at += change.change === 'renamed' ? 3 : 1
  }
  return changes
}

/** What a line of `git ls-tree` tells of a file, as `update-index` takes it. */
async function entriesAt(git: RunGit, mirror: string, sha: string, files: readonly string[]): Promise<string[]> {
  if (files.length === 0) return []
  const wanted = new Set(files)
  const listed = await git(['ls-tree', '-r', '-z', '--full-tree', sha], { cwd: mirror })
  return listed.stdout.split('\0').filter((entry) => wanted.has(entry.slice(entry.indexOf('\t') + 1)))
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
    for (const [file, text] of Object.entries(write)) {
      const made = await git(['hash-object', '-w', '--stdin'], { cwd: mirror, input: text })
      entries.push(`100644 ${made.stdout.trim()}\t${file}`)
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
