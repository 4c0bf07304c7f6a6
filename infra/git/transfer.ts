import { randomUUID } from 'node:crypto'
import { readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { GitProblem } from './git-problem.ts'
import { commitOf, fetchSource, headRef, keepCommit } from './mirror.ts'
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
  if (!(await keepCommit(git, mirror, input.headSha))) throw new GitProblem(`Commit ${input.headSha} is not in the mirror ${mirror}.`)
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

/** The file's text at that commit, or null when there is no such file. Throws `GitProblem` when the commit is unknown. */
export async function readFileAt(git: RunGit, mirror: string, sha: string, file: string): Promise<string | null> {
  const shown = await git(['cat-file', 'blob', `${sha}:${file}`], { cwd: mirror, accept: [128], lasting: true })
  if (shown.exitCode === 0) return shown.stdout
  if (!(await commitOf(git, mirror, sha))) throw new GitProblem(`Commit ${sha} is not in the mirror ${mirror}.`)
  return null
}

/** Names of all tracked files at that commit. */
export async function listFiles(git: RunGit, mirror: string, sha: string): Promise<string[]> {
  const listed = await git(['ls-tree', '-r', '-z', '--name-only', '--full-tree', sha], { cwd: mirror, lasting: true })
  return listed.stdout.split('\0').filter(Boolean)
}

/** Names of the text files at that commit that hold one of these texts. */
export async function listMentioning(git: RunGit, mirror: string, sha: string, texts: readonly string[]): Promise<string[]> {
  if (texts.length === 0) return []
  const wanted = texts.flatMap((text) => ['-e', text])
  const found = await git(['grep', '-l', '-z', '-I', '-F', '--no-color', '--full-name', ...wanted, sha], {
    cwd: mirror,
    accept: [1],
    lasting: true,
  })
  return found.stdout
    .split('\0')
    .filter(Boolean)
    .map((name) => name.slice(sha.length + 1))
}

/** Where each link at that commit leads to, by its name. */
export async function listLinks(git: RunGit, mirror: string, sha: string): Promise<Map<string, string>> {
  const listed = await git(['ls-tree', '-r', '-z', '--full-tree', sha], { cwd: mirror, lasting: true })
  const links = new Map<string, string>()
  for (const entry of listed.stdout.split('\0')) {
    const [, blob, name] = /^120000 blob (\S+)\t([\s\S]+)$/.exec(entry) ?? []
    if (blob && name) links.set(name, (await git(['cat-file', 'blob', blob], { cwd: mirror, lasting: true })).stdout)
  }
  return links
}
