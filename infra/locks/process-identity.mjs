import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/**
 * A process, told apart from a later one that got the same id by when it started.
 * @typedef {object} ProcessIdentity
 * @property {number} pid
 * @property {string} startTime as `processStartTime` gives it; only ever compared for equality
 */

/**
 * When a process started: on Linux field 22 of /proc/<pid>/stat (clock ticks since boot, see proc(5)), elsewhere what `ps -o lstart=` prints.
 * Null when there is no such process, or only its zombie.
 * @param {number} pid @returns {string | null}
 */
export function processStartTime(pid) {
  if (!Number.isInteger(pid) || pid <= 0) return null
  if (process.platform !== 'linux') return startTimeByPs(pid)
  const text = readIfThere(`/proc/${pid}/stat`)
  if (text === null) return null
  // The second field is the program's name in brackets and may hold anything, so count from its closing bracket: field 3 is the state.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? null)
}

/**
 * True when the process with this id is still the one that started then.
 * @param {number} pid @param {string} startTime
 */
export function processIsAlive(pid, startTime) {
  return processStartTime(pid) === startTime
}

/** @returns {ProcessIdentity} */
export function thisProcess() {
  const startTime = processStartTime(process.pid)
  if (startTime === null) throw new Error(`the start time of our own process ${process.pid} cannot be read; is /proc mounted?`)
  return { pid: process.pid, startTime }
}

/** @param {number} pid @returns {string | null} */
function startTimeByPs(pid) {
  try {
    const line = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
    const [state = '', ...start] = line.split(/\s+/)
    return line === '' || state.startsWith('Z') ? null : start.join(' ')
  } catch (error) {
    if (error.code === 'ENOENT')
      throw new Error('the program "ps" is needed to tell whether a process still runs; install it', { cause: error })
    return null // ps exits 1 when there is no such process
  }
}

/**
 * The file's text; null when it, or the process whose it is, is gone.
 * @param {string} path @returns {string | null}
 */
export function readIfThere(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ESRCH') return null
    throw error
  }
}
