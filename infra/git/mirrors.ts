import { realpath } from 'node:fs/promises'
import type { ProjectConfig } from '../config/config-schema.ts'
import { createMutex, type Exclusively } from '../locks/mutex.ts'
import { ensureMirror } from './mirror.ts'
import { findSource, type Source } from './projects.ts'
import type { RunGit } from './run-git.ts'
import { checkOutsideRepositories } from './worktrees.ts'

/** Access to the mirrors in the cache folder, one call after another for each. */
export interface Mirrors {
  git: RunGit
  exclusively: Exclusively
  /** The cache folder's real path, made and checked on first use: git records real paths of worktrees. */
  cacheFolder(): Promise<string>
  /** Finds the project, makes sure of its mirror, and holds the mirror while working. Throws `GitProblem`. */
  inMirror<Result>(project: string, work: (source: Source) => Promise<Result>): Promise<Result>
}

export function createMirrors(
  git: RunGit,
  options: { projects: Record<string, ProjectConfig>; cacheDir: string; configDir: string },
): Mirrors {
  const exclusively = createMutex()
  let cache: Promise<string> | undefined

  function cacheFolder(): Promise<string> {
    cache ??= checkOutsideRepositories(git, options.cacheDir).then(() => realpath(options.cacheDir))
    return cache
  }

  async function inMirror<Result>(project: string, work: (source: Source) => Promise<Result>): Promise<Result> {
    const source = findSource({ ...options, cacheDir: await cacheFolder() }, project)
    return exclusively(source.mirror, async () => {
      await ensureMirror(git, source.mirror)
      return work(source)
    })
  }

  return { git, exclusively, cacheFolder, inMirror }
}
