import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { completeMarker, isComplete } from './cache.mjs'

/**
 * Runs `work` while no other set-up of this user does the same: the lock is a file with the holder's process id.
 * A holder that is gone loses it; one that lives is waited for.
 * @template T
 * @param {string} cache @param {string} name of the thing that is installed @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function exclusively(cache, name, work) {
  const folder = join(cache, 'locks')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const lock = join(folder, `${name}.lock`)
  const mine = join(folder, `${name}.${process.pid}`)
  writeFileSync(mine, String(process.pid), { mode: 0o600 })
  try {
    while (!take(mine, lock)) await wait(200)
    try {
      return await work()
    } finally {
      rmSync(lock, { force: true })
    }
  } finally {
    rmSync(mine, { force: true })
  }
}

/**
 * Fills `folder` once, for ever: the marker is written last, a folder without it is emptied and filled anew.
 * @param {string} cache @param {string} folder @param {() => Promise<string>} fill returns '' or the reason why not
 * @returns {Promise<string>} '' when the folder is complete, else the reason
 */
export function fillOnce(cache, folder, fill) {
  return exclusively(cache, folder.slice(cache.length + 1), async () => {
    if (isComplete(folder)) return ''
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const reason = await fill()
    if (reason === '') writeFileSync(join(folder, completeMarker), '')
    else rmSync(folder, { recursive: true, force: true })
    return reason
  })
}

/** A hard link is made whole or not at all, so a lock is never seen without its holder's id in it. */
function take(mine, lock) {
  try {
    linkSync(mine, lock)
    return true
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
  }
  const holder = holderOf(lock)
  if (holder !== null && !isAlive(holder)) {
    const stale = `${mine}.stale`
    try {
      renameSync(lock, stale)
    } catch (error) {
      if (error.code !== 'ENOENT') throw error // another one cleared it first
    }
    rmSync(stale, { force: true })
  }
  return false
}

function holderOf(lock) {
  try {
    return Number(readFileSync(lock, 'utf8'))
  } catch (error) {
    if (error.code === 'ENOENT') return null
    throw error
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}
