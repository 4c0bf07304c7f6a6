import { isUtf8 } from 'node:buffer'
import type { FileChange } from '../../functions/ports.ts'
import type { RunGit } from './run-git.ts'

export interface Between {
  baseSha: string
  headSha: string
}

const kinds: Readonly<Record<string, FileChange['is']>> = { '120000': 'link', '160000': 'repository' }
const emptyBlobs = ['e69de29bb2d1d6434b8b29ae775ad8c2e48c5391', '473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813']
const words: Readonly<Record<string, FileChange['change']>> = { A: 'added', D: 'deleted', R: 'renamed' }

const plain = ['--no-color', '--no-ext-diff', '--no-textconv', '--full-index', '--no-abbrev']

/** What is a sign of UTF-8 or a byte that belongs to none, where each byte is a sign. */
const NO_ASCII = /[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}|[\x80-\xff]/g

const asText = (bytes: string): string => Buffer.from(bytes, 'latin1').toString()

const writtenOut = (byte: number): string => `\\byte{${byte.toString(16).toUpperCase()}}`

/** As UTF-8, with each byte that is none written out, `\byte{E9}`: as text they would all be the same sign. */
const withBytes = (all: string): string => {
  if (isUtf8(Buffer.from(all, 'latin1'))) return asText(all)
  return all.replace(NO_ASCII, (sign) => {
    const bytes = Buffer.from(sign, 'latin1')
    return isUtf8(bytes) ? bytes.toString() : Array.from(bytes, writtenOut).join('')
  })
}

/** One call for all that is asked of a change: its raw entries and then its numbers, both in the same order, and the text. */
async function askDiff(git: RunGit, mirror: string, { baseSha, headSha }: Between, how: readonly string[], only: readonly string[] = []) {
  const files = only.map((file) => `:(literal)${file}`)
  const argv = ['diff', ...plain, ...how, '--raw', '--numstat', '--patch', '-z', baseSha, headSha, '--', ...files]
  const { stdout } = await git(argv, { cwd: mirror, lasting: true, bytes: true })
  const end = stdout.indexOf('\0\0') // the text comes after an empty field; no other is empty
  return end < 0 ? { fields: [], bytes: '' } : { fields: asText(stdout.slice(0, end)).split('\0'), bytes: stdout.slice(end + 2) }
}

function readRaw(fields: readonly string[]): FileChange[] {
  const changes: FileChange[] = []
  let at = 0
  while (fields[at]?.startsWith(':')) {
    const [, mode = '', , hash = '', status = ''] = fields[at]!.split(' ')
    const change = words[status[0] ?? ''] ?? 'changed'
    const isRenamed = change === 'renamed'
    const [first = '', second = ''] = [fields[at + 1], fields[at + 2]]
    const is = kinds[mode] ?? (emptyBlobs.includes(hash) ? 'empty' : 'file')
    changes.push({
      file: isRenamed ? second : first,
      ...(isRenamed ? { from: first } : {}),
      change,
      ...(change === 'deleted' ? {} : { is }),
      added: 0,
      removed: 0,
    })
    at += isRenamed ? 3 : 2
  }
  for (const change of changes) {
    const [added, removed] = (fields[at] ?? '').split('\t')
    Object.assign(change, { added: Number(added) || 0, removed: Number(removed) || 0 })
    at += change.change === 'renamed' ? 3 : 1
  }
  return changes
}

/** Every file that differs, with its lines. */
export async function readChanges(git: RunGit, mirror: string, between: Between): Promise<FileChange[]> {
  return readRaw((await askDiff(git, mirror, between, ['--find-renames'])).fields)
}

/** The change, or all of these files at the head, as a unified diff, and every file it touches (both names of a renamed one). */
export async function readDiff(
  git: RunGit,
  mirror: string,
  { everything, wholly, ...between }: Between & { everything?: boolean; wholly?: readonly string[] },
): Promise<{ text: string; files: string[] }> {
  const how = everything ? ['--text', '--unified=0', '--no-renames'] : wholly ? ['--no-renames'] : ['--find-renames']
  const { fields, bytes } = await askDiff(git, mirror, between, how, wholly)
  return {
    text: everything ? asText(bytes) : withBytes(bytes),
    files: readRaw(fields)
      .flatMap(({ file, from }) => (from === undefined ? [file] : [from, file]))
      .sort(),
  }
}
