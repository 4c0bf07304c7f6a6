import { randomUUID } from 'node:crypto'
import { linkSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { processIsAlive, readIfThere, thisProcess } from './process-identity.mjs'

/** The one lock between processes of a machine: a file that names its holder. Plain JS for Node 20, because the set-up needs it too. */

/**
 * What a lock file says about its holder, beside whatever the holder adds for those who find it taken.
 * @typedef {import('./process-identity.mjs').ProcessIdentity & { secret: string }} LockRecord
 */

/**
 * @template {object} Details
 * @typedef {object} Lock
 * @property {(details: Details) => void} write replaces the details in the file, whole or not at all; throws when it is no longer ours
 * @property {() => void} release removes the file if it is still ours
 */

/**
 * @template {object} Details
 * @typedef {{ taken: true, lock: Lock<Details>, left: (LockRecord & Partial<Details>) | null }
 *   | { taken: false, holder: LockRecord & Partial<Details> }} LockOutcome
 */

/**
 * Takes the lock file at `path` (0600) for this process, or tells who holds it. The file of a process that is gone is taken over,
 * and its last content is handed on as `left`, so that what it left running can be ended. Throws for errors of the file system.
 * @template {object} Details
 * @param {string} path @param {Details} details @returns {LockOutcome<Details>}
 */
export function takeLock(path, details) {
  const mine = { ...thisProcess(), secret: randomUUID() }
  const lock = lockAt(path, mine)
  let left = null
  for (;;) {
    if (createWhole(path, JSON.stringify({ ...details, ...mine }))) return { taken: true, lock, left }
    const holder = readLock(path)
    if (holder === 'absent') continue
    if (holder !== 'unreadable' && processIsAlive(holder.pid, holder.startTime)) return { taken: false, holder }
    if (clear(path, holder === 'unreadable' ? null : holder.secret)) left = holder === 'unreadable' ? null : holder
  }
}

/**
 * The live holder of the lock file at `path`, or null.
 * @template {object} Details
 * @param {string} path @returns {(LockRecord & Partial<Details>) | null}
 */
export function lockHolder(path) {
  const holder = readLock(path)
  if (holder === 'absent' || holder === 'unreadable') return null
  return processIsAlive(holder.pid, holder.startTime) ? holder : null
}

function lockAt(path, mine) {
  const isMine = () => readLock(path).secret === mine.secret
  return {
    write(details) {
      if (!isMine()) throw new Error(`the lock ${path} is no longer ours`)
      const next = `${path}.${mine.secret}`
      writeFileSync(next, JSON.stringify({ ...details, ...mine }), { mode: 0o600 })
      renameSync(next, path)
    },
    release() {
      if (isMine()) rmSync(path, { force: true })
    },
  }
}

/** A hard link appears whole or not at all, so nobody reads a lock file without its holder. */
function createWhole(path, content) {
  const draft = `${path}.${randomUUID()}`
  writeFileSync(draft, content, { mode: 0o600 })
  try {
    linkSync(draft, path)
    return true
  } catch (error) {
    if (error.code === 'EEXIST') return false
    throw error
  } finally {
    rmSync(draft, { force: true })
  }
}

/** Moves a dead holder's file away; when another process was quicker and it is a new holder's file that moved, puts it back. */
function clear(path, secret) {
  const aside = `${path}.${randomUUID()}`
  try {
    renameSync(path, aside)
  } catch (error) {
    if (error.code === 'ENOENT') return false
    throw error
  }
  const moved = readLock(aside)
  const asExpected = secret === null ? moved === 'unreadable' : moved.secret === secret
  if (!asExpected) linkSync(aside, path)
  rmSync(aside, { force: true })
  return asExpected
}

function readLock(path) {
  const text = readIfThere(path)
  if (text === null) return 'absent'
  try {
    const record = JSON.parse(text)
    const isRecord = Number.isInteger(record?.pid) && typeof record.startTime === 'string' && 'secret' in record
    return isRecord ? record : 'unreadable'
  } catch {
    return 'unreadable' // not JSON: not written by us, so nobody holds it
  }
}
