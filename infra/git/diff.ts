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

/** One call for all that is asked of a change: its raw entries and then its numbers, both in the same order, and the text. */
async function askDiff(git: RunGit, mirror: string, { baseSha, headSha }: Between, how: readonly string[]) {
  const argv = ['diff', ...plain, ...how, '--raw', '--numstat', '--patch', '-z', baseSha, headSha, '--']
  const { stdout } = await git(argv, { cwd: mirror, lasting: true })
  const end = stdout.indexOf('\0\0') // the text comes after an empty field; no other is empty
  return end < 0 ? { fields: [], text: '' } : { fields: stdout.slice(0, end).split('\0'), text: stdout.slice(end + 2) }
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

/** The change as a unified diff, and every file it touches (both names of a renamed one). */
export async function readDiff(
  git: RunGit,
  mirror: string,
  { everything, ...between }: Between & { everything?: boolean },
): Promise<{ text: string; files: string[] }> {
  const how = everything ? ['--text', '--unified=0', '--no-renames'] : ['--find-renames']
  const { fields, text } = await askDiff(git, mirror, between, how)
  return {
    text,
    files: readRaw(fields)
      .flatMap(({ file, from }) => (from === undefined ? [file] : [from, file]))
      .sort(),
  }
}
