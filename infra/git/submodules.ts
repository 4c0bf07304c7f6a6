import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { shellWord } from '../sandbox/shell-line.ts'
import { GitProblem } from './git-problem.ts'
import { headRef, keepCommit } from './mirror.ts'
import type { Source } from './projects.ts'
import type { RunGit } from './run-git.ts'

/** One that is initialised in the person's repository. */
interface Submodule {
  /** From the top of the project. */
  path: string
  sha: string
  /** Where the person has it. */
  folder: string
}

type Of = Omit<Source, 'base'>

/**
 * The submodules of a commit, those nested in others after them, as the person's repository has them: the addresses in a `.gitmodules` are
 * never followed. One that is switched off (`update = none`) is left out. Throws `GitProblem` for one that is not initialised.
 * @param repository has the commit: the person's or the mirror
 */
export async function submodulesOf(git: RunGit, source: Of, repository: string, sha: string, below = ''): Promise<Submodule[]> {
  const found: Submodule[] = []
  const top = path.join(source.address, below)
  for (const link of await linksAt(git, repository, sha)) {
    const submodule = { path: path.posix.join(below, link.path), sha: link.sha, folder: path.join(top, link.path) }
    if (source.local && (await holds(git, submodule))) {
      found.push(submodule, ...(await submodulesOf(git, source, submodule.folder, link.sha, submodule.path)))
    } else if (!(await isOff(git, source.local ? top : source.mirror, link))) {
      throw notThere(source, submodule, link.name)
    }
  }
  return found
}

interface Link {
  name: string
  path: string
  sha: string
  update: string | undefined
}

/** The submodules that a commit names and has; a link that it does not name is empty in every clone. */
async function linksAt(git: RunGit, repository: string, sha: string): Promise<Link[]> {
  const call = { cwd: repository, lasting: true }
  if ((await git(['ls-tree', '-z', '--full-tree', sha, '--', '.gitmodules'], call)).stdout === '') return [] // as nearly always
  const argv = ['config', '--blob', `${sha}:.gitmodules`, '-z', '--get-regexp', '^submodule\\..*\\.(path|update)$']
  const { stdout: named } = await git(argv, { ...call, accept: [1, 3, 128] })
  const values = new Map(named.split('\0').map((entry) => [entry.split('\n', 1)[0] ?? '', entry.slice(entry.indexOf('\n') + 1)]))
  const names = new Map(
    [...values].flatMap(([key, value]) => (key.endsWith('.path') && staysInside(value) ? [[value, key.slice(0, -'.path'.length)]] : [])),
  )
  if (names.size === 0) return []
  const { stdout: listed } = await git(['ls-tree', '-z', '--full-tree', sha, '--', ...names.keys()], {
    ...call,
    variables: { GIT_LITERAL_PATHSPECS: '1' },
  })
  return listed.split('\0').flatMap((entry) => {
    const [, hash, file = ''] = /^160000 commit (\S+)\t([\s\S]+)$/.exec(entry) ?? []
    const name = names.get(file)
    return hash === undefined || name === undefined ? [] : [{ name, path: file, sha: hash, update: values.get(`${name}.update`) }]
  })
}

/** Whether it is a path that a commit can have: git answers the whole question with a fault for one that is empty or leaves the tree. Pure. */
const staysInside = (file: string): boolean =>
  file !== '' && !path.posix.isAbsolute(file) && file.split('/').every((part) => part !== '' && part !== '.' && part !== '..')

/** Whether the folder is a repository that has the commit; that it lies in another one says nothing. */
async function holds(git: RunGit, { folder, sha }: Submodule): Promise<boolean> {
  if (!existsSync(path.join(folder, '.git'))) return false
  return (await git(['cat-file', '-e', `${sha}^{commit}`], { cwd: folder, accept: [1, 128] })).exitCode === 0
}

/** Whether nobody wants it: git's own setting, of the person or of the commit. */
async function isOff(git: RunGit, folder: string, { name, update }: Link): Promise<boolean> {
  const own = await git(['config', '--get', `${name}.update`], { cwd: folder, accept: [1, 128] })
  return (own.stdout.trim() || update) === 'none'
}

function notThere({ name: project, shown, local }: Of, submodule: Submodule, name: string): GitProblem {
  const where = `the submodule ${submodule.path}`
  if (!local)
    return new GitProblem(`${where} of ${shown} is not fetched from where it names.`, {
      project,
      advice: 'Clone the project with --recurse-submodules, and give that folder as path.',
    })
  return new GitProblem(`${where} is not initialised in ${shown} at ${submodule.sha.slice(0, 12)}.`, {
    project,
    advice:
      'Run "git submodule update --init --recursive" there, ' +
      `or "git config ${shellWord(`${name}.update`)} none" in the repository that names it, where it is not needed.`,
  })
}

/** Puts the files of the commit's submodules into its fresh worktree; none of them is a repository there, and nothing of them can be committed. */
export async function fillSubmodules(git: RunGit, source: Source, worktree: string, sha: string): Promise<void> {
  if (!existsSync(path.join(worktree, '.gitmodules'))) return
  for (const submodule of await submodulesOf(git, source, source.mirror, sha)) {
    await take(git, source.mirror, submodule)
    await checkOut(git, source.mirror, submodule.sha, path.join(worktree, submodule.path))
  }
}

async function take(git: RunGit, mirror: string, { folder, sha }: Submodule): Promise<void> {
  if (await keepCommit(git, mirror, sha)) return
  const options = ['--quiet', '--no-tags', '--no-write-fetch-head', '--update-shallow', '--no-recurse-submodules', '--no-auto-maintenance']
  await git(['fetch', ...options, '--', folder, `${sha}:${headRef(sha)}`], { cwd: mirror })
}

async function checkOut(git: RunGit, mirror: string, sha: string, folder: string): Promise<void> {
  const index = path.join(mirror, `index.${randomUUID()}`)
  const call = { cwd: mirror, variables: { GIT_DIR: mirror, GIT_WORK_TREE: folder, GIT_INDEX_FILE: index } }
  try {
    await git(['read-tree', sha], call)
    await git(['checkout-index', '--quiet', '--all', '--force'], { ...call, cwd: folder })
  } finally {
    await Promise.all([rm(index, { force: true }), rm(`${index}.lock`, { force: true })])
  }
}
