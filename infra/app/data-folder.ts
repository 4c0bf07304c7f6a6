import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { takeLock } from '../locks/file-lock.mjs'

/** Another system runs on the data folder. */
export class DataInUse extends Error {
  override name = 'DataInUse'
}

/**
 * Makes the data folder, private and ignored by git, and takes it for this process alone: whatever is done on it afterwards is done to
 * nobody's running system. Throws `DataInUse`.
 */
export const holdDataFolder = (dataDir: string): Disposable => {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  writeFileSync(join(dataDir, '.gitignore'), '*\n')
  const outcome = takeLock(join(dataDir, 'cortex.lock'), {})
  if (outcome.taken) return { [Symbol.dispose]: () => outcome.lock.release() }
  throw new DataInUse(
    `${dataDir} is in use by a running Cortex (process ${outcome.holder.pid}). ` +
      'Work with that one: the cortex commands find it when they are given the same data folder. ' +
      'Or stop it first, or give this one another folder with --data.',
  )
}
