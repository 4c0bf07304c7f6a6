import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'

/** A process, told apart from a later one that got the same id by when it started. */
export interface ProcessIdentity {
  pid: number
  /** As `processStartTime` gives it; only ever compared for equality. */
  startTime: string
}

/**
 * When a process started: on Linux field 22 of /proc/<pid>/stat (clock ticks since boot, see proc(5)), elsewhere what `ps -o lstart=` prints.
 * Null when there is no such process, or only its zombie.
 */
export function processStartTime(pid: number): string | null {
  if (!Number.isInteger(pid) || pid <= 0) return null
  if (process.platform !== 'linux') return startTimeByPs(pid)
  const text = readIfThere(`/proc/${pid}/stat`)
  if (text === null) return null
  // The second field is the program's name in brackets and may hold anything, so count from its closing bracket: field 3 is the state.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? null)
}

/** True when the process with this id is still the one that started then. */
export function processIsAlive(pid: number, startTime: string): boolean {
  return processStartTime(pid) === startTime
}

export function thisProcess(): ProcessIdentity {
  const startTime = processStartTime(process.pid)
  if (startTime === null) throw new Error(`the start time of our own process ${process.pid} cannot be read; is /proc mounted?`)
  return { pid: process.pid, startTime }
}

/** What a lock file says about its holder, and whatever the holder adds for those who find it taken. */
export type LockRecord = ProcessIdentity & { secret: string }

export interface Lock<Details extends object> {
  /** Replaces the details in the file, whole or not at all. */
  write(details: Details): void
  /** Removes the file if it is still ours. */
  release(): void
}

export type LockOutcome<Details extends object> =
  | { taken: true; lock: Lock<Details>; left: (LockRecord & Partial<Details>) | null }
  | { taken: false; holder: LockRecord & Partial<Details> }

/**
 * Takes the lock file at `path` (0600) for this process, or tells who holds it. The file of a process that is gone is taken over,
 * and its last content is handed on as `left`, so that what it left running can be ended. Throws for errors of the file system.
 */
export function takeLock<Details extends object>(path: string, details: Details): LockOutcome<Details> {
  const mine: LockRecord = { ...thisProcess(), secret: randomUUID() }
  const lock = lockAt<Details>(path, mine)
  let left: (LockRecord & Partial<Details>) | null = null
  for (;;) {
    if (createWhole(path, JSON.stringify({ ...details, ...mine }))) return { taken: true, lock, left }
    const holder = readLock<Details>(path)
    if (holder === 'absent') continue
    if (holder !== 'unreadable' && processIsAlive(holder.pid, holder.startTime)) return { taken: false, holder }
    if (clear(path, holder === 'unreadable' ? null : holder.secret)) left = holder === 'unreadable' ? null : holder
  }
}

/** The live holder of the lock file at `path`, or null. */
export function lockHolder<Details extends object>(path: string): (LockRecord & Partial<Details>) | null {
  const holder = readLock<Details>(path)
  if (holder === 'absent' || holder === 'unreadable') return null
  return processIsAlive(holder.pid, holder.startTime) ? holder : null
}

function lockAt<Details extends object>(path: string, mine: LockRecord): Lock<Details> {
  const isMine = (): boolean => {
    const now = readLock<Details>(path)
    return typeof now === 'object' && now.secret === mine.secret
  }
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
function createWhole(path: string, content: string): boolean {
  const draft = `${path}.${randomUUID()}`
  writeFileSync(draft, content, { mode: 0o600 })
  try {
    linkSync(draft, path)
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  } finally {
    rmSync(draft, { force: true })
  }
}

/** Moves a dead holder's file away; when another process was quicker and it is a new holder's file that moved, puts it back. */
function clear(path: string, secret: string | null): boolean {
  const aside = `${path}.${randomUUID()}`
  try {
    renameSync(path, aside)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false
    throw error
  }
  const moved = readLock(aside)
  const asExpected = secret === null ? moved === 'unreadable' : typeof moved === 'object' && moved.secret === secret
  if (!asExpected) linkSync(aside, path)
  rmSync(aside, { force: true })
  return asExpected
}

function readLock<Details extends object>(path: string): (LockRecord & Partial<Details>) | 'absent' | 'unreadable' {
  const text = readIfThere(path)
  if (text === null) return 'absent'
  try {
    const record: unknown = JSON.parse(text)
    return isLockRecord<Details>(record) ? record : 'unreadable'
  } catch {
    return 'unreadable' // not JSON: not written by us, so nobody holds it
  }
}

function isLockRecord<Details extends object>(value: unknown): value is LockRecord & Partial<Details> {
  if (typeof value !== 'object' || value === null) return false
  return 'pid' in value && Number.isInteger(value.pid) && 'startTime' in value && typeof value.startTime === 'string' && 'secret' in value
}

function startTimeByPs(pid: number): string | null {
  try {
    const line = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
    const [state = '', ...start] = line.split(/\s+/)
    return line === '' || state.startsWith('Z') ? null : start.join(' ')
  } catch (error) {
    if (codeOf(error) === 'ENOENT')
      throw new Error('the program "ps" is needed to tell whether a process still runs; install it', { cause: error })
    return null // ps exits 1 when there is no such process
  }
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ESRCH') return null
    throw error
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined
}
