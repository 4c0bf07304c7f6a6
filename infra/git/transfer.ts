import { randomUUID } from 'node:crypto'
import { readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { GitProblem } from './git-problem.ts'
import { commitOf, fetchSource, headRef } from './mirror.ts'
import type { Source } from './projects.ts'
import type { RunGit } from './run-git.ts'

/** The bundle's bytes: commits base..head, or the whole history of head. Throws `GitProblem` when both are the same commit. */
export async function makeBundle(
  git: RunGit,
  mirror: string,
  input: { baseSha: string; headSha: string; includeBase: boolean },
): Promise<Uint8Array> {
  if (input.baseSha === input.headSha && !input.includeBase)
    throw new GitProblem(`There is nothing to bundle: ${input.headSha} is the base itself.`)
  const file = path.join(mirror, `bundle.${randomUUID()}`)
  await git(['update-ref', headRef(input.headSha), input.headSha], { cwd: mirror })
  try {
    const excluded = input.includeBase ? [] : [`^${input.baseSha}`]
    await git(['bundle', 'create', '--quiet', file, headRef(input.headSha), ...excluded], { cwd: mirror })
    return await readFile(file)
  } finally {
    await Promise.all([rm(file, { force: true }), rm(`${file}.lock`, { force: true })])
  }
}

/** Brings the head into the mirror from its bundle. Throws `GitProblem` when the bundle is damaged or its base cannot be had. */
export async function adoptBundle(git: RunGit, source: Source, headSha: string, bundle: Uint8Array): Promise<void> {
  const file = path.join(source.mirror, `bundle.${randomUUID()}`)
  await writeFile(file, bundle, { mode: 0o600 })
  const options = ['--quiet', '--no-write-fetch-head', '--no-tags', '--no-recurse-submodules', '--no-auto-maintenance']
  const take = () =>
    git(['fetch', ...options, '--', file, `${headRef(headSha)}:${headRef(headSha)}`], { cwd: source.mirror, accept: [1, 128] })
  try {
    if ((await take()).exitCode === 0) return
    await fetchSource(git, source)
    const again = await take()
    if (again.exitCode === 0) return
    throw new GitProblem(`The bundle of ${headSha} cannot be taken into project "${source.name}": ${again.stderr.trim().split('\n')[0]}`)
  } finally {
    await rm(file, { force: true })
  }
}

/** Whether the commit is in the mirror; makes a ref for it, so that it stays. */
export async function keepCommit(git: RunGit, mirror: string, sha: string): Promise<boolean> {
  // Git makes no ref to what is not there.
  return (await git(['update-ref', headRef(sha), sha], { cwd: mirror, accept: [128] })).exitCode === 0
}

/** The change as a unified diff, and every file it touches (both names of a renamed one). */
export async function readDiff(
  git: RunGit,
  mirror: string,
  { baseSha, headSha, everything }: { baseSha: string; headSha: string; everything?: boolean },
): Promise<{ text: string; files: string[] }> {
  const plain = ['--no-color', '--no-ext-diff', '--no-textconv']
  const shown = everything ? ['--text', '--unified=0', '--no-renames'] : ['--find-renames']
  const text = await git(['diff', ...plain, '--full-index', ...shown, baseSha, headSha, '--'], { cwd: mirror })
  const names = await git(['diff', ...plain, '--no-renames', '--name-only', '-z', baseSha, headSha, '--'], { cwd: mirror })
  return { text: text.stdout, files: names.stdout.split('\0').filter(Boolean) }
}

/** The file's text at that commit, or null when there is no such file. Throws `GitProblem` when the commit is unknown. */
export async function readFileAt(git: RunGit, mirror: string, sha: string, file: string): Promise<string | null> {
  const shown = await git(['cat-file', 'blob', `${sha}:${file}`], { cwd: mirror, accept: [128] })
  if (shown.exitCode === 0) return shown.stdout
  if (!(await commitOf(git, mirror, sha))) throw new GitProblem(`Commit ${sha} is not in the mirror ${mirror}.`)
  return null
}

/** Names of all tracked files at that commit. */
export async function listFiles(git: RunGit, mirror: string, sha: string): Promise<string[]> {
  const listed = await git(['ls-tree', '-r', '-z', '--name-only', '--full-tree', sha], { cwd: mirror })
  return listed.stdout.split('\0').filter(Boolean)
}
