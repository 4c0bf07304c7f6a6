import { stat } from 'node:fs/promises'
import { fetchSource, sourceRefs } from './mirror.ts'
import type { Source } from './projects.ts'
import type { RunGit } from './run-git.ts'

/** The commit that each branch of a source is at. */
export type Tips = ReadonlyMap<string, string>

/** Brings the mirror up to date and answers where the source's branches are. Throws `GitProblem` when the source cannot be read. */
export type SeeSource = (source: Source) => Promise<Tips>

/** A folder on this machine whose branches are where they were when they were last fetched is not fetched again: one process instead of four. */
export function createSeeSource(git: RunGit): SeeSource {
  const fetched = new Map<string, string>()
  return async (source) => {
    const known = fetched.get(await identityOf(source.mirror))
    if (known !== undefined && source.local && known === (await branchesOf(git, source))) return tipsIn(known)
    await fetchSource(git, source)
    const now = await listTips(git, source.mirror, sourceRefs)
    fetched.set(await identityOf(source.mirror), now)
    return tipsIn(now)
  }
}

/** A mirror that was made anew, be it by another process, is another one. */
async function identityOf(mirror: string): Promise<string> {
  const { ino, birthtimeMs } = await stat(mirror)
  return `${mirror} ${ino} ${birthtimeMs}`
}

const branchesOf = (git: RunGit, source: Source): Promise<string | null> => listTips(git, source.address, 'refs/heads').catch(() => null) // fetching says what is wrong

/** A line for each ref below, in order: its commit, a space, and its name from there. */
async function listTips(git: RunGit, repository: string, below: string): Promise<string> {
  const name = `%(refname:lstrip=${below.split('/').length})`
  return (await git(['for-each-ref', `--format=%(objectname) ${name}`, `${below}/`], { cwd: repository })).stdout
}

const tipsIn = (listed: string): Tips => {
  const lines = listed.split('\n').filter(Boolean)
  return new Map(lines.map((line) => [line.slice(line.indexOf(' ') + 1), line.slice(0, line.indexOf(' '))]))
}
