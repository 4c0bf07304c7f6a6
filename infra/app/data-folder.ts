import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { messageOf } from '../../bus/errors.ts'
import { whyUnwritable } from '../files/why-unwritable.ts'
import { takeLock } from '../locks/file-lock.mjs'
import { whyOpen, whySomebodyElses } from './whose-data.ts'

/** Another system runs on the data folder. */
export class DataInUse extends Error {
  override name = 'DataInUse'
}

/** The data folder cannot be made or written. */
export class DataUnwritable extends Error {
  override name = 'DataUnwritable'
}

interface Holding {
  /** Whether it is a command that looks into the store and is over in a moment: who finds the folder taken by one waits for it. */
  readonly isBrief?: boolean
}

/** How long the commands that are over in a moment are waited for, one after the other. */
const BRIEF_MS = 30_000
const LOOK_MS = 100

/**
 * Makes the data folder, private and ignored by git, and takes it for this process alone: whatever is done on it afterwards is done to
 * nobody's running system. Throws `DataInUse` and `DataUnwritable`.
 */
export const holdDataFolder = async (dataDir: string, { isBrief = false }: Holding = {}): Promise<Disposable> => {
  const why = whySomebodyElses(dataDir, { isThorough: true }) ?? whyOpen(dataDir)
  if (why !== null) throw new DataUnwritable(why)
  for (const end = Date.now() + BRIEF_MS; ; await pause(LOOK_MS)) {
    const outcome = lockIn(dataDir, { isBrief })
    if (outcome.taken) return { [Symbol.dispose]: () => outcome.lock.release() }
    if (outcome.holder.isBrief && Date.now() < end) continue
    throw new DataInUse(
      `${dataDir} is in use by a running Cortex (process ${outcome.holder.pid}). ` +
        'Work with that one: the cortex commands find it when they are given the same data folder. ' +
        'Or stop it first, or give this one another folder with --data.',
    )
  }
}

const lockIn = (dataDir: string, holding: Holding) => {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    if (readdirSync(dataDir).length === 0) chmodSync(dataDir, 0o700)
    ignoredByGit(dataDir)
    return takeLock(join(dataDir, 'cortex.lock'), holding)
  } catch (error) {
    const why = whyUnwritable(error) ?? messageOf(error)
    throw new DataUnwritable(`the data folder ${dataDir} cannot be written: ${why}. Mend that, or name another folder with --data.`, {
      cause: error,
    })
  }
}

/** Never through a link, nor over what is there. */
const ignoredByGit = (dataDir: string): void => {
  try {
    writeFileSync(join(dataDir, '.gitignore'), '*\n', { flag: 'wx' })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}
