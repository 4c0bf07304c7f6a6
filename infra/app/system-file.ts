import { randomBytes } from 'node:crypto'
import {
  accessSync,
  constants,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { processIsAlive, thisProcess } from '../locks/process-identity.mjs'
import { dataDirectory, loadLogins } from '../nats/data-directory.ts'
import { whyOpen } from './whose-data.ts'

/** How commands find the system that runs on a data folder: `system.json` in it (0600), written by the system itself. */
export interface SystemRecord {
  readonly pid: number
  /** As `processStartTime` gives it. */
  readonly startTime: string
  readonly url: string
  /** Folder of the embedded server, whose logins it holds; null when the server is somebody else's. */
  readonly embedded: string | null
  /** Whether it runs until somebody stops it, and not as long as one command. */
  readonly stays: boolean
}

export type FoundSystem = { kind: 'running'; record: SystemRecord } | { kind: 'gone'; pid: number } | { kind: 'none' }

const fileIn = (dataDir: string): string => join(dataDir, 'system.json')

/** Says where this process can be found. The address may hold a password of NATS_URL: the file is its owner's alone. */
export const writeSystemFile = (dataDir: string, system: Omit<SystemRecord, 'pid' | 'startTime'>): void => {
  const record: SystemRecord = { ...thisProcess(), ...system }
  writePrivate(fileIn(dataDir), `${JSON.stringify(record)}\n`)
}

/** Whether a configuration file was changed after the system of that data folder had started: it works with what stood there then. */
export const isOlderThan = (file: string, dataDir: string): boolean => {
  const [changed, started] = [file, fileIn(dataDir)].map((path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0)
  return (started ?? 0) < (changed ?? 0)
}

/** Takes the record away if it is this process's. */
export const removeSystemFile = (dataDir: string): void => {
  if (readRecord(dataDir)?.pid === process.pid) rmSync(fileIn(dataDir), { force: true })
}

/** The system of a data folder: running, gone without a word (killed), or none. */
export const findSystem = (dataDir: string): FoundSystem => {
  const record = readRecord(dataDir)
  if (!record) return { kind: 'none' }
  return processIsAlive(record.pid, record.startTime) ? { kind: 'running', record } : { kind: 'gone', pid: record.pid }
}

/** The nearest `.cortex` folder from `from` upwards that has been used; null when there is none. */
export const nearestDataDir = (from: string): string | null => {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    const candidate = join(folder, '.cortex')
    if (existsSync(fileIn(candidate)) || existsSync(secretIn(candidate))) return candidate
    if (dirname(folder) === folder) return null
  }
}

/**
 * Whether the data folder holds what an embedded server of this user stored: one that a start made for its user alone. What came with
 * a repository is none, for whoever wrote that would say where we write; nor is what others may replace.
 */
export const hasStore = (dataDir: string): boolean => hasOwnServer(dataDir) && whyOpen(dataDir) === null

/** Why the store of the data folder is not answered from, and what to type: others may write into the folder. Undefined where that is not why. */
export const whyNoStore = (dataDir: string): string | undefined => (hasOwnServer(dataDir) ? (whyOpen(dataDir) ?? undefined) : undefined)

const hasOwnServer = (dataDir: string): boolean => {
  const server = dataDirectory(join(dataDir, 'nats'))
  // The data folder itself may be one that a person had made before.
  const folder = lstatSync(dataDir, { throwIfNoEntry: false })
  if (folder === undefined || !isOfThisUser(folder)) return false // and may be shut
  const made = lstatSync(server.path, { throwIfNoEntry: false })
  const isOurs = folder.isDirectory() && made?.isDirectory() === true && isOfThisUser(made)
  return isOurs && (made.mode & 0o077) === 0 && existsSync(server.store)
}

const isOfThisUser = ({ uid }: Stats): boolean => uid === process.getuid?.()
const OTHERS_WRITE = 0o022

const configurationIn = (dataDir: string): string => join(dataDir, 'configuration')

/** Notes with which configuration the data folder was worked on last; null: with none. */
export const noteConfiguration = (dataDir: string, file: string | null): void => writePrivate(configurationIn(dataDir), file ?? '')

/** The configuration file with which a system worked on the data folder last, if it is still there; none where somebody else may have written that. */
export const lastConfiguration = (dataDir: string): string | undefined => {
  const note = configurationIn(dataDir)
  const about = lstatSync(note, { throwIfNoEntry: false })
  const isOurs = about?.isFile() === true && isOfThisUser(about) && (about.mode & OTHERS_WRITE) === 0
  const file = isOurs ? readFileSync(note, 'utf8') : ''
  return file !== '' && existsSync(file) ? file : undefined
}

/** How a command of the same user signs in to the system's bus. */
export const loginFor = (record: SystemRecord): { user?: string; pass?: string; inboxPrefix?: string } => {
  if (record.embedded === null) return {}
  const { user, password, inboxPrefix } = loadLogins(dataDirectory(record.embedded)).cortex
  return { user, pass: password, inboxPrefix }
}

const secretIn = (dataDir: string): string => join(dataDir, 'operator-secret')

/** The secret by which services know the operator's own commands, made at the first start (0600). */
export const operatorSecret = (dataDir: string): string => {
  const path = secretIn(dataDir)
  if (!existsSync(path)) {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    createPrivate(path, randomBytes(32).toString('base64url'))
  }
  return knownOperatorSecret(dataDir) ?? ''
}

/** The secret if there is one; undefined where no system has run. */
export const knownOperatorSecret = (dataDir: string): string | undefined =>
  existsSync(secretIn(dataDir)) ? readFileSync(secretIn(dataDir), 'utf8').trim() : undefined

/** The same for who can do without: undefined also where the secret is another user's. */
export const readableSecret = (dataDir: string): string | undefined => {
  try {
    accessSync(secretIn(dataDir), constants.R_OK)
  } catch {
    return undefined
  }
  return knownOperatorSecret(dataDir)
}

/** Whole or not at all; of two that create it at once the first one's stays. */
const createPrivate = (path: string, content: string): void => {
  const draft = `${path}.${process.pid}.draft`
  writeFileSync(draft, content, { mode: 0o600 })
  try {
    linkSync(draft, path)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  } finally {
    rmSync(draft, { force: true })
  }
}

/** For its owner alone, and whole or not at all. */
export const writePrivate = (path: string, content: string): void => {
  const draft = `${path}.${process.pid}.draft`
  writeFileSync(draft, content, { mode: 0o600 })
  renameSync(draft, path)
}

const readRecord = (dataDir: string): SystemRecord | undefined => {
  if (!existsSync(fileIn(dataDir))) return undefined
  const content: unknown = { stays: true, ...JSON.parse(readFileSync(fileIn(dataDir), 'utf8')) } // an older one does not say
  if (!isRecord(content)) throw new Error(`${fileIn(dataDir)} is damaged; stop cortex if it runs, remove the file and start it again`)
  return content
}

const isRecord = (value: unknown): value is SystemRecord =>
  typeof value === 'object' &&
  value !== null &&
  'pid' in value &&
  typeof value.pid === 'number' &&
  'startTime' in value &&
  typeof value.startTime === 'string' &&
  'url' in value &&
  typeof value.url === 'string' &&
  'embedded' in value &&
  (value.embedded === null || typeof value.embedded === 'string') &&
  'stays' in value &&
  typeof value.stays === 'boolean'
