import { execFile } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)
/** What a path-wise removal cannot do: folders made read-only, or nested deeper than a path can be long. */
const stubborn = ['EACCES', 'EPERM', 'ENAMETOOLONG', 'ELOOP', 'ENOTEMPTY']

/** Removes a folder whatever somebody did to what is in it. Does nothing when there is none. */
export async function removeFolder(folder: string): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && stubborn.includes(String(error.code)))) throw error
    // Both go from folder to folder and follow no link. What chmod could not do, rm tells.
    await run('chmod', ['-R', 'u+rwx', '--', folder]).catch(() => undefined)
    await run('rm', ['-rf', '--', folder])
  }
}
