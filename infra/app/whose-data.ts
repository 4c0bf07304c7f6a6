import { accessSync, constants, lstatSync, readdirSync, type Stats, statSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { shellWord } from '../sandbox/shell-line.ts'

/**
 * Why this user cannot work on the data folder, with what to type: another one did (by `sudo cortex up`), and what he left there is shut.
 * Null where nothing of it is, or where there is no such folder.
 * @param isThorough also looks at all that the bus stored
 */
export const whySomebodyElses = (dataDir: string, { isThorough = false } = {}): string | null => {
  const own = process.getuid?.()
  if (own === undefined || own === 0) return null
  const found = firstShut(own, dataDir, 1) ?? (isThorough ? firstShut(own, join(dataDir, 'nats'), Number.POSITIVE_INFINITY) : null)
  if (found === null) return null
  const owner = found.uid === 0 ? 'root' : `another user (number ${found.uid})`
  return (
    `${found.place} belongs to ${owner}, and you may not read and write it: a Cortex of that user has worked on the data folder. ` +
    `Run as that user, or take all of it over: sudo chown -R ${shellWord(userInfo().username)} ${shellWord(dataDir)}; or name another folder with --data.`
  )
}

/**
 * Why no system should start on the data folder, with what to type: others on this machine may write in it, and may have laid there what
 * it would take for its own. Null where they may not, where there is nothing yet, and where it cannot be looked at.
 */
export const whyOpen = (dataDir: string): string | null => {
  if (!isOpenToOthers(dataDir) || isEmpty(dataDir)) return null
  return (
    `other users of this machine may write in ${dataDir}: what lies there may be theirs, and says with what to go on. ` +
    `Name another folder with --data, or look whose its files are, then chmod go-w ${shellWord(dataDir)}`
  )
}

/** Of a link, what it leads to. */
const isOpenToOthers = (place: string): boolean => ((statSync(place, { throwIfNoEntry: false })?.mode ?? 0) & 0o022) !== 0

const isEmpty = (folder: string): boolean => {
  try {
    return readdirSync(folder).length === 0
  } catch {
    return true // it is told when it is to be written
  }
}

/** The place itself, or what lies so many folders below it. */
const firstShut = (own: number, place: string, below: number): { place: string; uid: number } | null => {
  const about = lookAt(place)
  if (about === null) return null
  if (about.uid !== own && isShut(place)) return { place, uid: about.uid }
  const names = below > 0 && about.isDirectory() ? readdirSync(place) : []
  return names.reduce<ReturnType<typeof firstShut>>((found, name) => found ?? firstShut(own, join(place, name), below - 1), null)
}

const lookAt = (place: string): Stats | null => {
  try {
    return lstatSync(place)
  } catch {
    return null // not there
  }
}

const isShut = (place: string): boolean => {
  try {
    accessSync(place, constants.R_OK | constants.W_OK)
    return false
  } catch {
    return true
  }
}
