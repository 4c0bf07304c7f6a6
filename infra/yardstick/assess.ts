import path from 'node:path'
import type { YardstickChange } from '../../domain/catalogue/shared.ts'
import type { FileChange } from '../../functions/ports.ts'
import { type Kind, manifestOf, productOf } from './kinds.ts'
import { mergeManifest } from './manifests.ts'

/** What a change touches of what judges it, and what makes of the head a tree that is judged by the base. */
export interface Assessment {
  readonly changes: readonly YardstickChange[]
  readonly restore: readonly string[]
  readonly remove: readonly string[]
  readonly write: Readonly<Record<string, string>>
}

export interface Texts {
  readonly base: string | null
  readonly head: string | null
}

/** The manifests whose content must be known to assess the change. Pure. */
export const manifestsIn = (files: readonly FileChange[], kindOf: (file: string) => Kind): string[] =>
  files.filter(({ file, change, is }) => change === 'changed' && is === 'file' && kindOf(file) === 'manifest').map(({ file }) => file)

/**
 * Assesses a change by the kinds of its files. `texts` has the manifests' contents. Neither the tests that the head adds stay beside those of the
 * base nor what it adds to how tests are run: in one process with the base's they could make them pass. Pure.
 */
export function assess(files: readonly FileChange[], kindOf: (file: string) => Kind, texts: Readonly<Record<string, Texts>>): Assessment {
  const changes: YardstickChange[] = []
  const [restore, remove, write]: [string[], string[], Record<string, string>] = [[], [], {}]
  const follows = new Set(productsOf(files, texts))
  for (const one of files) {
    const before = one.change === 'added' ? undefined : kindOf(one.from ?? one.file)
    const now = one.change === 'deleted' ? undefined : kindOf(one.file)
    const note = (kind: 'test' | 'runner' | 'started', change: YardstickChange['change'], file = one.file) => {
      const { added, removed } = one
      changes.push({
        file,
        kind: kind === 'started' ? 'runner' : kind,
        change,
        added,
        removed,
        ...(kind === 'started' ? { started: true } : {}),
      })
    }
    if (before === 'manifest') {
      const merged = mergedOf(one, texts)
      if (merged && !merged.isOther) continue
      note('runner', changeOf(one, before, now), one.from)
      if (merged) write[one.file] = merged.text
      else restore.push(one.from ?? one.file)
    } else if (before === 'lock') {
      if (follows.has(manifestOf(one.from ?? one.file))) continue
      note('runner', changeOf(one, before, now), one.from)
      restore.push(one.from ?? one.file)
    } else if (before) {
      const change = changeOf(one, before, now)
      note(before, change, change === 'renamed' ? one.file : one.from)
      restore.push(one.from ?? one.file)
      if (change === 'renamed') remove.push(one.file)
    }
    const isNew = one.change === 'added' || (one.change === 'renamed' && before !== now)
    if (!isNew || (now !== 'runner' && now !== 'test')) continue
    note(now, 'added')
    remove.push(one.file)
  }
  return { changes, restore, remove, write }
}

const mergedOf = ({ file, change, is }: FileChange, texts: Readonly<Record<string, Texts>>) => {
  const { base, head } = texts[file] ?? {}
  if (change !== 'changed' || is !== 'file' || typeof base !== 'string' || typeof head !== 'string') return null
  return mergeManifest(file, base, head, productOf(file))
}

/** The names of the manifests whose dependencies are other ones at the head. */
const productsOf = (files: readonly FileChange[], texts: Readonly<Record<string, Texts>>): string[] =>
  files.filter((one) => !texts[one.file] || mergedOf(one, texts)?.isProductOther).map(({ file }) => path.posix.basename(file))

function changeOf({ change, is }: FileChange, before: Kind, now: Kind): YardstickChange['change'] {
  if (change === 'renamed') return before === now ? 'renamed' : 'deleted'
  if (change === 'deleted') return 'deleted'
  if (is === 'link' || is === 'repository') return 'replaced by a link'
  return is === 'empty' ? 'emptied' : 'changed'
}
