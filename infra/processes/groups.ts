import { randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { processIsAlive, processStartTime } from '../locks/process-identity.mjs'
import { processesIn, removeGroup } from './control-groups.ts'
import { strays } from './strays.ts'

/** What is on record while a process group runs, so that the next start can end it. */
interface GroupRecord {
  key: string
  /** Value of CORTEX_RUN in the environment of everything the group starts. */
  marker: string
  /** The folders of its control group, where it has one. */
  control: readonly string[]
  /** Null until the process is there. */
  leader: { pid: number; startTime: string } | null
}

/** Name of the variable that marks every process of a run, also those that left its group. */
export const markerName = 'CORTEX_RUN'
const pollMs = 25

function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-pid, signal)
    return true
  } catch (error) {
    // EPERM: it is there, but not ours to signal. ESRCH: nothing is left of it.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

async function gone(check: () => boolean | Promise<boolean>, limitMs: number): Promise<boolean> {
  const end = Date.now() + limitMs
  while (await check()) {
    if (Date.now() >= end) return false
    await pause(pollMs)
  }
  return true
}

/** Zombies have ended; only their parent can bury them. */
async function isRunning(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null) // ended meanwhile
  return stat !== null && !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2))
}

async function runningOf(pids: readonly number[]): Promise<number[]> {
  const isThere = await Promise.all(pids.map(isRunning))
  return pids.filter((_, n) => isThere[n])
}

async function groupIsRunning(pid: number): Promise<boolean> {
  if (!signalGroup(pid, 0)) return false
  if (process.platform !== 'linux') return true
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => null) // ended meanwhile
    const [state, , group] = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? []
    if (group === String(pid) && state !== 'Z' && state !== 'X') return true
  }
  return false
}

/** Markers of the runs of this process that have not ended. */
const atWork = new Set<string>()

/** Says that a run is at work, so that no other run's end takes its processes for strays of its own. */
export function workingAs(marker: string): Disposable {
  atWork.add(marker)
  return { [Symbol.dispose]: () => atWork.delete(marker) }
}

async function markerOf(pid: number): Promise<string | undefined> {
  const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '') // ended, or another user's
  return environment
    .split('\0')
    .find((each) => each.startsWith(`${markerName}=`))
    ?.slice(markerName.length + 1)
}

/** Running processes whose environment carries the marker. Linux only; elsewhere none are found. */
async function markedProcesses(marker: string): Promise<number[]> {
  if (process.platform !== 'linux') return []
  const found: number[] = []
  for (const name of await readdir('/proc')) {
    const pid = Number(name)
    if (!/^\d+$/.test(name) || pid === process.pid) continue
    if ((await markerOf(pid)) === marker && (await isRunning(pid))) found.push(pid)
  }
  return found
}

/** Those of no other run that is at work in the same folder. */
async function ownStrays(marker: string, { folders, since }: NonNullable<Whereabouts['strays']>): Promise<number[]> {
  const found = await strays(folders, since)
  const markers = await Promise.all(found.map(markerOf))
  return found.filter((_, n) => markers[n] === undefined || markers[n] === marker || !atWork.has(markers[n]))
}

function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && (error.code === 'ESRCH' || error.code === 'EPERM'))) throw error
  }
}

/** Where processes of a run are looked for besides by its marker. */
export interface Whereabouts {
  /** The folders of its control group. */
  control: readonly string[]
  /** It works in these, since the run began (in clock ticks since boot). */
  strays?: { folders: readonly string[]; since: number }
}

async function endMarked(marker: string, graceMs: number, where: Whereabouts): Promise<void> {
  const find = async (): Promise<number[]> => {
    const inGroup = await runningOf(await processesIn(where.control))
    const elsewhere = where.strays ? await ownStrays(marker, where.strays) : []
    return [...new Set([...inGroup, ...(await markedProcesses(marker)), ...elsewhere])]
  }
  const first = await find()
  if (first.length === 0) return
  for (const pid of first) signalProcess(pid, 'SIGTERM')
  const end = Date.now() + graceMs
  for (let left = first; left.length > 0 && Date.now() < end; left = await find()) await pause(pollMs)
  // Again and again: a process may start another one between our look and our signal.
  for (let round = 0; round < 20; round++) {
    const left = await find()
    if (left.length === 0) return
    for (const pid of left) signalProcess(pid, 'SIGKILL')
    await pause(pollMs)
  }
}

/**
 * Ends a group we know to be ours: SIGTERM, `graceMs`, SIGKILL; then every process that left it and is marked, or works in the
 * run's folders. Does nothing when all has ended.
 */
export async function endGroup(pid: number, marker: string, graceMs: number, where: Whereabouts): Promise<void> {
  if (await groupIsRunning(pid)) {
    signalGroup(pid, 'SIGTERM')
    if (!(await gone(() => groupIsRunning(pid), graceMs))) {
      signalGroup(pid, 'SIGKILL')
      await gone(() => groupIsRunning(pid), 5_000)
    }
  }
  await endMarked(marker, graceMs, where)
}

function groupFile(dataDir: string, key: string): string {
  if (!/^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,199}$/.test(key)) throw new Error(`"${key}" cannot name a process group's record.`)
  return path.join(dataDir, 'groups', `${key}.json`)
}

async function writeRecord(file: string, record: GroupRecord): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 })
  const fresh = `${file}.${randomUUID()}.new`
  await writeFile(fresh, JSON.stringify(record), { mode: 0o600 })
  await rename(fresh, file)
}

/** The record of one run: written before the process starts, completed with its pid, removed at the end. */
export async function openRecord(dataDir: string, key: string, marker: string, control: readonly string[]) {
  const file = groupFile(dataDir, key)
  await endRecorded(file)
  await writeRecord(file, { key, marker, control, leader: null })
  return {
    started: (pid: number) => writeRecord(file, { key, marker, control, leader: { pid, startTime: processStartTime(pid) ?? '' } }),
    close: () => rm(file, { force: true }),
  }
}

function readRecord(text: string): GroupRecord | null {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null || !('key' in value) || !('marker' in value) || !('leader' in value)) return null
    const { key, marker, leader } = value
    const control = 'control' in value && Array.isArray(value.control) ? value.control.filter((each) => typeof each === 'string') : []
    if (typeof key !== 'string' || typeof marker !== 'string' || marker === '') return null
    if (typeof leader !== 'object' || leader === null) return { key, marker, control, leader: null }
    if (!('pid' in leader) || !('startTime' in leader) || typeof leader.pid !== 'number' || typeof leader.startTime !== 'string')
      return null
    return { key, marker, control, leader: { pid: leader.pid, startTime: leader.startTime } }
  } catch {
    return null // not ours, or damaged: the caller says so by its answer
  }
}

/** Ends what the record names, if it is still that process. Answers the key when something was on record. */
async function endRecorded(file: string): Promise<string | null> {
  const text = await readFile(file, 'utf8').catch(() => null) // nothing on record
  if (text === null) return null
  const record = readRecord(text)
  if (record?.leader && processIsAlive(record.leader.pid, record.leader.startTime))
    await endGroup(record.leader.pid, record.marker, 3_000, record)
  else if (record) await endMarked(record.marker, 3_000, record)
  if (record) await removeGroup(record.control)
  await rm(file, { force: true })
  return record?.key ?? null
}

/**
 * Ends every process group that an earlier process of ours left behind, and forgets the records. A pid is signalled only
 * while its start time is the recorded one. Answers the keys of the runs that were on record.
 */
export async function endOrphans(dataDir: string): Promise<string[]> {
  const folder = path.join(dataDir, 'groups')
  const names = await readdir(folder).catch(() => []) // nothing was ever started
  const keys: string[] = []
  for (const name of names) {
    if (!name.endsWith('.json')) await rm(path.join(folder, name), { force: true })
    else keys.push((await endRecorded(path.join(folder, name))) ?? name)
  }
  return keys
}
