import { stat } from 'node:fs/promises'
import path from 'node:path'
import { type BaseResult, brokenBy, type ChecksResult, isFailing } from '../../functions/verification/check-ports.ts'
import { createBaseMemory, hashOf, type Remembered } from './base-memory.ts'
import type { Caches } from './caches.ts'
import type { ChecksOptions } from './checks-options.ts'
import type { Definition } from './definition.ts'
import { createPlaces } from './places.ts'
import { createSharedWork } from './shared-work.ts'

/** A look at a base: at this commit with this content, by these commands. */
interface Look {
  project: string
  sha: string
  tree: string
  /** ISO 8601: what was begun before does not count. */
  since: string | undefined
  definition: Definition
  signal: AbortSignal
}

/** As many as `verify-dod` has: more at once would only take each other's time. Who waits for another's run takes none. */
const PLACES = 2

/** The folder of the project's repository; undefined where it has a url. */
export function repositoryOf({ projects, configDir }: Pick<ChecksOptions, 'projects' | 'configDir'>, project: string): string | undefined {
  const folder = projects[project]?.path
  return folder === undefined ? undefined : path.resolve(configDir, folder)
}

/** What came of the commands on bases, and on what may become one: each is looked at once. */
export function createBases(
  options: ChecksOptions,
  caches: Pick<Caches, 'has'>,
): {
  /** Remembers a result on this content, if it passed; `at` is when it was begun, ISO 8601. */
  passed(project: string, tree: string, definition: Definition, result: ChecksResult, at: string): Promise<void>
  /** What is remembered, else what `run` brings, which many who ask wait for together. */
  look(base: Look, run: () => Promise<ChecksResult>): Promise<BaseResult>
} {
  const memory = createBaseMemory(path.join(path.resolve(options.dataDir), 'bases'))
  const place = createPlaces(PLACES)
  const together = createSharedWork<BaseResult & Pick<Remembered, 'at'>>()

  /** All that the outcome depends on. */
  const aboutOf = async (project: string, tree: string, definition: Definition): Promise<unknown> => {
    const { network, setup_network, reads } = options.projects[project] ?? {}
    const repository = repositoryOf(options, project) ?? ''
    const found = definition.copy.map((name) => stat(path.resolve(repository, name)).catch(() => null)) // whoever copies it says so
    const copies = (await Promise.all(found)).map((file) => file && [file.mtimeMs, file.size])
    const isConfined = options.sandbox.missing === null
    return [project, tree, definition, copies, { network, setup_network, reads, isConfined, path: options.env['PATH'] }]
  }

  /** What passed is run again where its cache is missing: it is the only one that may write it. */
  const isWorthRunning = async (project: string, known: Remembered): Promise<boolean> =>
    options.sandbox.missing === null && brokenBy(known).length === 0 && !(await caches.has(project))

  return {
    passed: async (project, tree, definition, result, at) => {
      if (result.failure || result.checks.some(isFailing)) return
      await memory.keep(await aboutOf(project, tree, definition), rememberedOf(result, at))
    },
    look: async ({ project, sha, tree, since, definition, signal }, run) => {
      const about = await aboutOf(project, tree, definition)
      for (;;) {
        const { work, shared } = await together(hashOf([about, sha]), signal, async () => {
          const known = await memory.find(about)
          const held = known && stillHolds(known, { sha, since }) ? { setup: [], ...known, cached: true } : undefined
          if (held && !(await isWorthRunning(project, held))) return held
          return place(signal, async () => {
            const at = new Date().toISOString()
            const result = await run()
            const isEnded = !result.failure && !result.missed
            if (isEnded) await memory.keep(about, { sha, ...rememberedOf(result, at) })
            return held && !isEnded ? held : { ...result, at, cached: false }
          })
        })
        if (!shared) return work
        if (isSince(work, since)) return { ...work, cached: true }
      }
    },
  }
}

const rememberedOf = ({ checks, repeats }: ChecksResult, at: string): Remembered => ({ at, checks, repeats })

/** A person may have mended the machine, or changed what the commands read of it, before he opened the task again. */
const isSince = ({ at }: Pick<Remembered, 'at'>, since: string | undefined): boolean => since === undefined || at >= since

/** A failure may come of the commit itself (a linter of messages). */
const stillHolds = (known: Remembered, { sha, since }: Pick<Look, 'sha' | 'since'>): boolean =>
  isSince(known, since) && (brokenBy(known).length === 0 || known.sha === sha)
