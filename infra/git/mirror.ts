import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { GitProblem, withoutCredentials } from './git-problem.ts'
import type { Source } from './projects.ts'
import type { RunGit } from './run-git.ts'

/** Branches of the person's repository as last seen; a name of our own, so that nothing in the mirror is a remote. */
export const sourceRefs = 'refs/remotes/source'
/** One ref for each commit made or adopted here, so that it can be bundled and fetched. */
export const headRef = (sha: string): string => `refs/cortex/heads/${sha}`

const mirrorConfig = '[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n\tlogAllRefUpdates = false\n'

/**
 * Makes the mirror's own settings ours again: configuration, filters or excludes left behind would change what we do here next.
 */
export async function restoreSettings(mirror: string): Promise<void> {
  const file = path.join(mirror, 'config')
  if ((await readFile(file, 'utf8').catch(() => '')) !== mirrorConfig) {
    // absent after an agent removed it: written again
    const fresh = `${file}.${randomUUID()}`
    await writeFile(fresh, mirrorConfig)
    await rename(fresh, file)
  }
  const foreign = ['config.lock', 'config.worktree', 'info/attributes', 'info/exclude', 'objects/info/alternates']
  await Promise.all(foreign.map((name) => rm(path.join(mirror, name), { force: true })))
}

/** Whether the commit is in the mirror; makes a ref for it, so that it stays. */
export async function keepCommit(git: RunGit, mirror: string, sha: string): Promise<boolean> {
  const held = await readFile(path.join(mirror, headRef(sha)), 'utf8').catch(() => '') // no such ref, or packed with others
  // Git makes no ref to what is not there.
  return held.trim() === sha || (await git(['update-ref', headRef(sha), sha], { cwd: mirror, accept: [128] })).exitCode === 0
}

/** Creates the bare mirror if it is not there; built aside and renamed, so that a half-made one never counts. Whether it is a new one. */
export async function ensureMirror(mirror: string): Promise<boolean> {
  const isThere = (): Promise<boolean> =>
    stat(path.join(mirror, 'HEAD')).then(
      () => true,
      () => false,
    )
  const isNew = !(await isThere()) && (await makeMirror(mirror, isThere))
  await restoreSettings(mirror)
  return isNew
}

async function makeMirror(mirror: string, isThere: () => Promise<boolean>): Promise<boolean> {
  await mkdir(path.dirname(mirror), { recursive: true, mode: 0o700 })
  const aside = `${mirror}.${randomUUID()}.new`
  // All that makes a folder a bare repository; the settings are ours anyway.
  await Promise.all(['objects', 'refs'].map((folder) => mkdir(path.join(aside, folder), { recursive: true })))
  await writeFile(path.join(aside, 'HEAD'), 'ref: refs/heads/none\n')
  await writeFile(path.join(aside, 'config'), mirrorConfig)
  try {
    await rename(aside, mirror)
    return true
  } catch (error) {
    await rm(aside, { recursive: true, force: true })
    if (await isThere()) return false // another process was first
    throw error
  }
}

/** Brings all branches of the source into the mirror. Throws `GitProblem` when the source cannot be read. */
export async function fetchSource(git: RunGit, source: Source): Promise<void> {
  const options = [
    '--quiet',
    '--no-write-fetch-head',
    '--no-tags',
    '--prune',
    '--update-shallow',
    '--no-recurse-submodules',
    '--no-auto-maintenance',
  ]
  const fetched = await git(['fetch', ...options, '--', source.address, `+refs/heads/*:${sourceRefs}/*`], {
    cwd: source.mirror,
    accept: [1, 128],
  })
  if (fetched.exitCode === 0) return
  const said = withoutCredentials(fetched.stderr.trim().split('\n').slice(0, 2).join(' '))
  throw new GitProblem(`${source.shown} cannot be fetched (${said}).`, {
    project: source.name,
    advice: 'Check that it is there and that you may read it.',
  })
}

export async function branchNames(git: RunGit, repository: string, below: string): Promise<string[]> {
  const listed = await git(['for-each-ref', '--format=%(refname)', `${below}/`], { cwd: repository })
  return listed.stdout
    .split('\n')
    .filter(Boolean)
    .map((ref) => ref.slice(below.length + 1))
}

/** The commit a ref or sha names in that repository, or null. */
export async function commitOf(git: RunGit, repository: string, revision: string): Promise<string | null> {
  const found = await git(['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`], {
    cwd: repository,
    accept: [1, 128],
  })
  return found.exitCode === 0 ? found.stdout.trim() : null
}

export async function isAncestor(git: RunGit, repository: string, older: string, newer: string): Promise<boolean> {
  return (await git(['merge-base', '--is-ancestor', older, newer], { cwd: repository, accept: [1] })).exitCode === 0
}

/** Throws `GitProblem` unless the text is a full commit id: anything else could be read as an option or another revision. */
export function checkSha(sha: string): void {
  if (!/^[0-9a-f]{40}([0-9a-f]{24})?$/.test(sha)) throw new GitProblem(`"${sha}" is no full commit id.`)
}
