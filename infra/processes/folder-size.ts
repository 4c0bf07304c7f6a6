import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** What a file takes at least, also where it is empty: there is an end to the number of files as well. */
const leastOfFile = 4096

/** Bytes that the folders hold together, at least those of their files' number. */
export async function sizeOf(folders: readonly string[]): Promise<number> {
  if (folders.length === 0) return 0 // `du` of nothing is that of the folder we are in
  const [kilobytes, files] = [await ask('-sk', folders), await ask('-s --inodes', folders)]
  return Math.max(1024 * kilobytes, leastOfFile * files)
}

/** What `du` says of the folders together. */
async function ask(wanted: string, folders: readonly string[]): Promise<number> {
  // It fails for files that were gone meanwhile, and what it printed counts; a small one knows of no inodes.
  const argv = [...wanted.split(' '), '--', ...folders]
  type Said = { stdout?: string; code?: unknown }
  const du = (command: string, words: readonly string[]): Promise<Said> =>
    run(command, words, { maxBuffer: 1_000_000 }).catch((error: Said) => error)
  const asUs = await du('du', argv)
  // It fails as well for folders that were shut: in a user namespace of its own it is root over what is ours.
  const asRoot = asUs.code !== undefined && process.getuid?.() !== 0 ? await du('unshare', ['--map-root-user', 'du', ...argv]) : undefined
  const answer = asRoot?.stdout ? asRoot : asUs
  return (answer.stdout ?? '').split('\n').reduce((sum, line) => sum + (Number.parseInt(line, 10) || 0), 0)
}
