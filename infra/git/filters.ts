import { randomUUID } from 'node:crypto'
import { rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { ContentProblem } from './git-problem.ts'
import type { RunGit } from './run-git.ts'

/** Where attributes are read: those of a commit, those that a repository has beside its commits, and those of the person and the machine. */
interface AttributesPlace {
  /** Its own `info/attributes` and `core.attributesFile` count, too. */
  repository: string
  /** Where the commit's objects are, if not there. */
  objects?: string
  /** A folder of ours for an index. */
  scratch: string
}

/** The files that pass through a filter (`filter=<name>`) by the attributes of that commit or tree, with its name. No filter is run. */
export async function filtersAt(
  git: RunGit,
  { repository, objects, scratch }: AttributesPlace,
  tree: string,
  files: readonly string[],
): Promise<Map<string, string>> {
  if (files.length === 0) return new Map()
  const index = path.join(scratch, `index.${randomUUID()}`)
  try {
    await git(['read-tree', tree], callFor({ repository, objects, index }))
    return await filtersIn(git, { repository, objects, index }, files)
  } finally {
    await Promise.all([rm(index, { force: true }), rm(`${index}.lock`, { force: true })])
  }
}

/** An index instead of a tree, and where its objects are, if not in the repository. */
interface IndexPlace {
  repository: string
  objects: string | undefined
  index: string
}

const callFor = ({ repository, objects, index }: IndexPlace) => ({
  cwd: repository,
  variables: { GIT_INDEX_FILE: index, GIT_ALTERNATE_OBJECT_DIRECTORIES: objects ?? '' },
})

async function filtersIn(git: RunGit, place: IndexPlace, files: readonly string[]): Promise<Map<string, string>> {
  if (files.length === 0) return new Map()
  const input = files.map((file) => `${file}\0`).join('')
  const call = { ...callFor(place), input, ownAttributes: true }
  return filtered((await git(['check-attr', '--cached', '-z', '--stdin', 'filter'], call)).stdout)
}

/** Of what `check-attr -z` answers, those with a filter. Pure. */
function filtered(answer: string): Map<string, string> {
  const fields = answer.split('\0')
  const found = new Map<string, string>()
  for (let at = 0; at + 2 < fields.length; at += 3) {
    const [file = '', , value = ''] = fields.slice(at, at + 3)
    if (!['unspecified', 'unset', 'set'].includes(value)) found.set(file, value)
  }
  return found
}

/** A mirror, and the repository whose own attributes count. */
interface Asked {
  mirror: string
  asked: string
}

/** On another machine than the person's the mirror alone can be asked. */
async function placeOf({ mirror, asked }: Asked): Promise<AttributesPlace & { objects: string }> {
  const isThere = await stat(asked).then(
    () => true,
    () => false,
  )
  return { repository: isThere ? asked : mirror, objects: path.join(mirror, 'objects'), scratch: mirror }
}

/** Of these files, whether they are there or not, those that pass through a filter by the attributes at that commit, with its name. */
export const filtersOf = async (git: RunGit, asked: Asked, sha: string, files: readonly string[]): Promise<Map<string, string>> =>
  filtersAt(git, await placeOf(asked), sha, files)

interface Entry {
  file: string
  before: string
  after: string
}

async function entriesBetween(git: RunGit, mirror: string, baseTree: string, tree: string): Promise<Entry[]> {
  const { stdout } = await git(['diff-tree', '-r', '-z', '--no-renames', '--no-abbrev', baseTree, tree], { cwd: mirror })
  const fields = stdout.split('\0')
  const entries: Entry[] = []
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [, , before = '', after = ''] = fields[at]?.split(' ') ?? []
    entries.push({ file: fields[at + 1] ?? '', before, after })
  }
  return entries
}

/**
 * Throws `ContentProblem` when the change gives content to a file that passes through a filter by the attributes before or after it: what
 * the filter would have encrypted or put elsewhere would be stored as it lies there. Deleted files are well, and so are those that were
 * moved unread (an LFS pointer under another name).
 * @param index holds the tree
 */
export async function checkFilters(
  git: RunGit,
  { mirror, asked }: Asked,
  { baseTree, tree, index }: { baseTree: string; tree: string; index: string },
): Promise<void> {
  const entries = await entriesBetween(git, mirror, baseTree, tree)
  const place = await placeOf({ mirror, asked })
  const files = entries.map(({ file }) => file)
  const after = await filtersIn(git, { ...place, index }, files)
  // Where no attributes of the commits differ, what holds after the change held before it.
  const before = files.some((file) => /(^|\/)\.gitattributes$/i.test(file)) ? await filtersAt(git, place, baseTree, files) : after
  const moved = new Set(entries.flatMap((entry) => (before.has(entry.file) ? [entry.before] : [])))
  const isMoved = ({ file, after: hash }: Entry): boolean => moved.has(hash) && after.has(file)
  const found = entries.find((entry) => !/^0+$/.test(entry.after) && (before.has(entry.file) || after.has(entry.file)) && !isMoved(entry))
  if (found) throw contentFiltered(found.file, before.get(found.file) ?? after.get(found.file) ?? '')
}

const contentFiltered = (file: string, filter: string): ContentProblem =>
  new ContentProblem(
    `git passes ${file} through the filter "${filter}" (.gitattributes, or attributes of the repository's, the person's or the machine's own), which Cortex does not run: ` +
      'what you wrote would be stored as it is, where it may have to be encrypted or kept elsewhere.',
    { advice: 'Leave this file as it was and do without it; where the task needs it, a person must make this change.' },
  )
