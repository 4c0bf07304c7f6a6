import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { takeLock } from '../locks/file-lock.mjs'

/** Another system runs on the data folder. */
export class DataInUse extends Error {
  override name = 'DataInUse'
}

/** The data folder cannot be made or written. */
export class DataUnwritable extends Error {
  override name = 'DataUnwritable'
}

/**
 * Makes the data folder, private and ignored by git, and takes it for this process alone: whatever is done on it afterwards is done to
 * nobody's running system. Throws `DataInUse` and `DataUnwritable`.
 */
export const holdDataFolder = (dataDir: string): Disposable => {
  const outcome = lockIn(dataDir)
  if (outcome.taken) return { [Symbol.dispose]: () => outcome.lock.release() }
  throw new DataInUse(
    `${dataDir} is in use by a running Cortex (process ${outcome.holder.pid}). ` +
      'Work with that one: the cortex commands find it when they are given the same data folder. ' +
      'Or stop it first, or give this one another folder with --data.',
  )
}

const lockIn = (dataDir: string): ReturnType<typeof takeLock> => {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    writeFileSync(join(dataDir, '.gitignore'), '*\n')
    return takeLock(join(dataDir, 'cortex.lock'), {})
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException // of the file system alone
    const why = { EROFS: 'its file system is read-only', EACCES: 'you may not write there', ENOSPC: 'the disk is full' }[code] ?? message
    throw new DataUnwritable(`the data folder ${dataDir} cannot be written: ${why}. Mend that, or name another folder with --data.`, {
      cause: error,
    })
  }
}
