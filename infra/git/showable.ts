import { randomUUID } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import path from 'node:path'
import type { RunGit } from './run-git.ts'

/** Names of the plain files at that commit that no `.gitignore` of it lists: what somebody ignores, and has all the same, is not meant to be seen. */
export async function listShowable(git: RunGit, mirror: string, sha: string): Promise<string[]> {
  const listed = await git(['ls-tree', '-r', '-z', '--full-tree', sha], { cwd: mirror })
  const files = listed.stdout.split('\0').flatMap((entry) => /^100\d{3} blob \S+\t([\s\S]+)$/.exec(entry)?.[1] ?? [])
  const ignored = await listIgnored(git, mirror, sha, files)
  return files.filter((file) => !ignored.has(file))
}

/** Git knows these rules alone: it is given an index of the commit, and a folder that holds the `.gitignore` files and nothing else. */
async function listIgnored(git: RunGit, mirror: string, sha: string, files: readonly string[]): Promise<ReadonlySet<string>> {
  const rules = files.filter((file) => path.posix.basename(file) === '.gitignore')
  if (rules.length === 0) return new Set()
  const [index, folder] = [path.join(mirror, `index.${randomUUID()}`), path.join(mirror, `rules.${randomUUID()}`)]
  const call = { cwd: folder, variables: { GIT_DIR: mirror, GIT_WORK_TREE: folder, GIT_INDEX_FILE: index } }
  await mkdir(folder)
  try {
    await git(['read-tree', sha], call)
    await git(['checkout-index', '--quiet', '-z', '--stdin'], { ...call, input: rules.map((file) => `${file}\0`).join('') })
    const found = await git(['ls-files', '--cached', '--ignored', '--exclude-per-directory=.gitignore', '-z'], call)
    return new Set(found.stdout.split('\0').filter(Boolean))
  } finally {
    await Promise.all([rm(index, { force: true }), rm(folder, { recursive: true, force: true })])
  }
}
