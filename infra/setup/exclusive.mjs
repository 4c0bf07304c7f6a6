import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { takeLock } from '../locks/file-lock.mjs'
import { completeMarker, isComplete } from './cache.mjs'

/**
 * Runs `work` while no other set-up of this user does the same. A holder that is gone loses the lock; one that lives is waited for.
 * @template T
 * @param {string} cache @param {string} name of the thing that is installed @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function exclusively(cache, name, work) {
  const folder = join(cache, 'locks')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, `${name}.lock`)
  let outcome = takeLock(path, {})
  for (; !outcome.taken; outcome = takeLock(path, {})) await wait(200)
  try {
    return await work()
  } finally {
    outcome.lock.release()
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
