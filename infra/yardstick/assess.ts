import path from 'node:path'
import type { YardstickChange } from '../../domain/catalogue/shared.ts'
import type { FileChange } from '../../functions/ports.ts'
import { mayHoldTests, withInnerTests } from './inner-tests.ts'
import { type Kind, type KindOf, keysOf, manifestOf } from './kinds.ts'
import type { IsOfBase } from './line-manifests.ts'
import { movedIn } from './locks.ts'
import { isJson, mergeManifest } from './manifests.ts'

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

/**
 * The manifests, lock files and sources with tests inside whose content must be known to assess the change; a new manifest only among files that the
 * base has: what it says of a folder of its own is its own. Pure.
 */
export const readIn = (files: readonly FileChange[], kindOf: KindOf, isAmongThose: (file: string) => boolean): string[] =>
  files
    .filter(({ is }) => is === 'file')
    .filter(({ file, change }) => {
      const kind = kindOf(file)
      if (change !== 'changed') return change !== 'deleted' && kind === 'manifest' && isAmongThose(file)
      return kind === 'manifest' || kind === 'lock' || (mayHoldTests(file) && kind === undefined)
    })
    .map(({ file }) => file)

/**
 * Assesses a change by the kinds of its files. `texts` has the contents of `readIn`, `ofBase` the names of all files of the base. Neither the tests that the head adds stay beside those of the
 * base nor what it adds to how tests are run: in one process with the base's they could make them pass. Pure.
 */
export function assess(
  files: readonly FileChange[],
  kindOf: KindOf,
  texts: Readonly<Record<string, Texts>>,
  ofBase: readonly string[] = [],
): Assessment {
  const isOfBase: IsOfBase = (folder) => ofBase.some((file) => file.startsWith(`${folder}/`)) && !files.some((one) => isAbout(one, folder))
  const changes: YardstickChange[] = []
  const [restore, remove, write]: [string[], string[], Record<string, string>] = [[], [], {}]
  for (const one of files) {
    const was = one.change === 'added' ? undefined : kindOf(one.from ?? one.file)
    const before = was === 'usurper' ? undefined : was
    const now = one.change === 'deleted' ? undefined : kindOf(one.file, one.is)
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
      const merged = mergedOf(one, texts, isOfBase, kindOf)
      if (merged && !merged.isOther) continue
      note('runner', changeOf(one, before, now), one.from)
      if (merged) write[one.file] = merged.text
      else restore.push(one.from ?? one.file)
    } else if (before === 'lock') {
      if (isFollowing(one, files, texts, isOfBase)) continue
      note('runner', changeOf(one, before, now), one.from)
      restore.push(one.from ?? one.file)
    } else if (!before && one.change === 'changed' && texts[one.file]) {
      const { base, head } = texts[one.file] ?? {}
      const laid = withInnerTests(base ?? '', head ?? '')
      if (!laid) continue
      note('test', laid.isMore ? 'added' : 'changed')
      write[one.file] = laid.text
    } else if (before) {
      const change = changeOf(one, before, now)
      note(before, change, change === 'renamed' ? one.file : one.from)
      restore.push(one.from ?? one.file)
      if (change === 'renamed') remove.push(one.file)
    }
    const added = now === 'manifest' && before !== 'manifest' ? newManifest(one.file, texts[one.file]) : undefined
    if (added) {
      note('runner', 'added')
      if (added.text === null) remove.push(one.file)
      else write[one.file] = added.text
    }
    const isNew = one.change === 'added' || (one.change === 'renamed' && before !== now)
    const kind = now === 'usurper' || (now === 'lock' && !hasNewManifest(one, files)) ? 'runner' : now
    if (!isNew || (kind !== 'runner' && kind !== 'test')) continue
    note(kind, 'added')
    remove.push(one.file)
  }
  return { changes, restore, remove, write }
}

const mergedOf = ({ file, change, is }: FileChange, texts: Readonly<Record<string, Texts>>, isOfBase: IsOfBase, kindOf?: KindOf) => {
  const { base, head } = texts[file] ?? {}
  if (change !== 'changed' || is !== 'file' || typeof base !== 'string' || typeof head !== 'string') return null
  // pip looks from where it is started, Bundler from its file: at the top both mean the same.
  const isTest = (place: string): boolean => kindOf?.(path.posix.join(path.posix.dirname(file), place)) === 'test'
  return mergeManifest(file, base, head, keysOf(file), file.includes('/') ? () => false : isOfBase, isTest)
}

/** What is left of a manifest that is new among files of the base, where it says how they are tested, or takes them out of what is (a module of Go). */
const newManifest = (file: string, { head }: Partial<Texts> = {}): { text: string | null } | undefined => {
  if (typeof head !== 'string') return undefined
  if (path.posix.basename(file) === 'go.mod') return { text: null }
  const keys = keysOf(file)
  if (keys.product.length === 0) return undefined
  // Its own name is no news.
  const merged = mergeManifest(file, isJson(file) ? '{}' : '', head, { ...keys, held: keys.held.filter((key) => key !== 'name') })
  return merged?.isOther ? merged : undefined
}

/** Whether a change is in a folder, is that folder itself, or one above it: a link leads elsewhere. */
const isAbout = ({ file, from = file }: FileChange, folder: string): boolean =>
  [file, from].some((name) => `${name}/`.startsWith(`${folder}/`) || folder.startsWith(`${name}/`))

/** Whether a lock file of the base only follows a manifest of the base that asks for other packages, in its folder or below (workspaces). */
const isFollowing = (
  lock: FileChange,
  files: readonly FileChange[],
  texts: Readonly<Record<string, Texts>>,
  isOfBase: IsOfBase,
): boolean => {
  const { base, head } = texts[lock.file] ?? {}
  if (lock.change !== 'changed' || typeof base !== 'string' || typeof head !== 'string') return false
  if (movedIn(lock.file, base, head)?.length !== 0) return false
  const folder = folderOf(lock.file)
  return files.some(
    (one) =>
      one.change === 'changed' &&
      one.file.startsWith(folder) &&
      path.posix.basename(one.file) === manifestOf(lock.file) &&
      // Of a manifest without a table here (Pipfile, Gemfile) nobody knows what else it says.
      (keysOf(one.file).product.length === 0 || mergedOf(one, texts, isOfBase)?.areDependenciesOther === true),
  )
}

/** A lock file beside a manifest of the base is taken before the one that is there, or in the place of none. */
const hasNewManifest = ({ file }: FileChange, files: readonly FileChange[]): boolean =>
  files.some((one) => one.change === 'added' && one.file === `${folderOf(file)}${manifestOf(file)}`)

const folderOf = (file: string): string => file.slice(0, file.lastIndexOf('/') + 1)

function changeOf({ change, is }: FileChange, before: Kind, now: Kind): YardstickChange['change'] {
  if (change === 'renamed') return before === now ? 'renamed' : 'deleted'
  if (change === 'deleted') return 'deleted'
  if (is === 'link' || is === 'repository') return 'replaced by a link'
  return is === 'empty' ? 'emptied' : 'changed'
}
