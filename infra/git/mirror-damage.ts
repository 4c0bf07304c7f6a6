import { randomUUID } from 'node:crypto'
import { rename } from 'node:fs/promises'
import { removeFolder } from '../files/remove-folder.ts'
import { GitProblem } from './git-problem.ts'
import { historyOf } from './history.ts'
import { ensureMirror, fetchSource } from './mirror.ts'
import type { Source } from './projects.ts'
import type { RunGit } from './run-git.ts'

/** Git's words when a store's own files are broken: after a crash, a full disk, or somebody's hand. */
const signs =
  /object file \S+ is empty|is corrupt|inflate: data stream error|unable to read (?:tree|sha1|object|[0-9a-f]{40})|bad object|unable to find [0-9a-f]{40}|packfile \S+ (?:cannot|is|has|does|index)|pack has \d+ unresolved|missing (?:blob|tree|commit)|did not send all necessary objects|bad (?:signature|tree|index file)|not a git repository|broken ref|missing necessary objects|Could not read [0-9a-f]{40}|failed to traverse parents/i

/** Whether git failed because the mirror itself is damaged. Pure. */
export function isDamage(error: unknown): error is GitProblem {
  return error instanceof GitProblem && signs.test(error.message)
}

/** Whether every object that the mirror's refs lead to is there. Contents are looked at only when they are used. */
export async function isWhole(git: RunGit, mirror: string): Promise<boolean> {
  const checked = await git(['fsck', '--connectivity-only', '--no-dangling', '--no-progress'], { cwd: mirror, accept: [1, 2, 3, 8, 128] })
  return checked.exitCode === 0
}

/**
 * Makes the mirror anew from its source. Commits of ours that only the old one had come again from their bundles. Its
 * history goes, too, if that is damaged: the next task makes it again. Throws
 * `GitProblem` when the source cannot be read.
 */
export async function rebuildMirror(git: RunGit, source: Source): Promise<void> {
  const aside = `${source.mirror}.${randomUUID()}.new`
  await rename(source.mirror, aside)
  await removeFolder(aside)
  await ensureMirror(source.mirror)
  await fetchSource(git, source)
  const history = historyOf(source.mirror)
  if (!(await isWhole(git, history))) await removeFolder(history)
}
