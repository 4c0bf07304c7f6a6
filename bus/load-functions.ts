import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { AnyFunction } from './define-function.ts'
import { messageOf } from './errors.ts'

/** A function with the folder it lies in. */
export type StagedFunction = AnyFunction & { readonly stage: string }

/** Folders of `functions` that hold no functions of the bus. */
const NO_STAGES = ['views']

/**
 * Every function under `folder` (absolute) by its name, which is its file's: `review/judge-review.ts` is `judge-review` of stage `review`.
 * Files whose default export is no function of ours are helpers and are passed over.
 * Throws one Error with all files that cannot be imported and all names that stand twice.
 */
export const loadFunctions = async (folder: string): Promise<Map<string, StagedFunction>> => {
  const entries = await readdir(folder, { withFileTypes: true })
  const stages = entries.filter((entry) => entry.isDirectory() && !NO_STAGES.includes(entry.name)).map(({ name }) => name)
  const files = await Promise.all(stages.sort().map((stage) => sourceFiles(join(folder, stage), stage)))
  return load(folder, files.flat())
}

/** The functions of a room that has no stages: those that lie in `folder` (absolute) itself. Throws as `loadFunctions`. */
export const loadRoom = async (folder: string): Promise<Map<string, StagedFunction>> =>
  load(folder, await sourceFiles(folder, basename(folder)))

const load = async (folder: string, files: readonly { stage: string; file: string }[]): Promise<Map<string, StagedFunction>> => {
  const functions = new Map<string, StagedFunction>()
  const faults: string[] = []
  for (const { stage, file } of files) {
    const name = basename(file, '.ts')
    try {
      const found: unknown = (await import(pathToFileURL(file).href)).default
      if (!isFunction(found)) continue
      const other = functions.get(name)
      if (other) faults.push(`there are two functions "${name}", in ${other.stage} and in ${stage}: rename one of them`)
      else functions.set(name, { ...found, stage })
    } catch (error) {
      faults.push(`${join(stage, basename(file))} cannot be loaded: ${messageOf(error)}`)
    }
  }
  if (faults.length > 0) throw new Error(`${folder}: ${faults.join('; ')}`)
  return functions
}

const sourceFiles = async (folder: string, stage: string): Promise<{ stage: string; file: string }[]> =>
  (await readdir(folder))
    .filter((name) => name.endsWith('.ts'))
    .sort()
    .map((name) => ({ stage, file: join(folder, name) }))

/** What `defineFunction`, `defineOrdered` and `defineDoor` return, and hardly anything else: a handler and what it listens to. */
const isFunction = (value: unknown): value is AnyFunction =>
  typeof value === 'object' &&
  value !== null &&
  'handler' in value &&
  typeof value.handler === 'function' &&
  (('on' in value && Array.isArray(value.on)) || ('door' in value && value.door === true))
