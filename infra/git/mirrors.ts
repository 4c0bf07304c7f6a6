import { realpath } from 'node:fs/promises'
import type { ProjectConfig } from '../config/config-schema.ts'
import { createMutex, type Exclusively } from '../locks/mutex.ts'
import { ensureMirror } from './mirror.ts'
import { isDamage, isWhole, rebuildMirror } from './mirror-damage.ts'
import { findSource, type Source } from './projects.ts'
import type { RunGit } from './run-git.ts'
import { checkOutsideRepositories } from './worktrees.ts'

interface Log {
  warn(details: object, message: string): void
}

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
  options: { projects: Record<string, ProjectConfig>; cacheDir: string; configDir: string; log: Log },
): Mirrors {
  const exclusively = createMutex()
  const verified = new Set<string>()
  let cache: Promise<string> | undefined

  function cacheFolder(): Promise<string> {
    cache ??= checkOutsideRepositories(git, options.cacheDir).then(() => realpath(options.cacheDir))
    return cache
  }

  async function inMirror<Result>(project: string, work: (source: Source) => Promise<Result>): Promise<Result> {
    const source = findSource({ ...options, cacheDir: await cacheFolder() }, project)
    return exclusively(source.mirror, async () => {
      const isNew = await ensureMirror(source.mirror)
      const isSound = isNew || verified.has(source.mirror) || (await isWhole(git, source.mirror))
      if (!isSound) await rebuild(source, 'it is not whole')
      verified.add(source.mirror)
      try {
        return await work(source)
      } catch (error) {
        if (!isDamage(error)) throw error
        await rebuild(source, error.message)
        return work(source)
      }
    })
  }

  async function rebuild(source: Source, reason: string): Promise<void> {
    options.log.warn({ project: source.name, reason }, 'the mirror of a project was damaged and is made anew')
    await rebuildMirror(git, source)
  }

  return { git, exclusively, cacheFolder, inMirror }
}
