import { readdir, rm, stat } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { hostname } from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { keyFolder } from '../keys/key-proxy.ts'
import { processStartTime } from '../locks/process-identity.mjs'

/** Between two looks at a socket: what is bound just now listens by the second. */
const AGAIN_MS = 100

/** Who made a folder for a socket binds it long before. */
const BINDS_WITHIN_MS = 60_000

/** How a folder for a trial begins: it says whose it is, for numbers of processes repeat in every container. Pure. */
export function trialPrefix(host: string, pid: number): string {
  return `cortex-probe-${host}-${pid}-`
}

/**
 * Removes what processes that were killed left of a sandbox in the folder for temporary files: the library's sockets and folders of
 * keys' sockets at which nobody listens or will, and folders for trials whose process is gone from this machine. What is another
 * user's stays.
 */
export async function removeLeftovers(folder: string): Promise<void> {
  const names = await readdir(folder)
  const isOver = async (name: string): Promise<boolean> => {
    if (isSocket(name)) return isDeaf(path.join(folder, name))
    return name.startsWith(keyFolder.prefix) ? isEndedKeys(path.join(folder, name)) : isEndedTrial(name)
  }
  const over = await Promise.all(names.map(async (name) => ((await isOver(name)) ? [path.join(folder, name)] : [])))
  await Promise.all(over.flat().map((place) => rm(place, { recursive: true, force: true }).catch(unlessForeign)))
}

/** The library's names for its own socket and those of the relays beside it. Pure. */
function isSocket(name: string): boolean {
  return /^(srt-mux-\d+-\w+|claude-(http|socks)-[0-9a-f]+)\.sock$/.test(name)
}

/** Its socket is deaf, or was never bound. */
async function isEndedKeys(place: string): Promise<boolean> {
  if (await isDeaf(path.join(place, keyFolder.socket))) return true
  const isEmpty = await readdir(place).then(
    (within) => within.length === 0,
    () => false, // another user's, or gone
  )
  return isEmpty && (await stat(place)).mtimeMs < Date.now() - BINDS_WITHIN_MS
}

async function isDeaf(socket: string): Promise<boolean> {
  if (!(await refuses(socket))) return false
  await pause(AGAIN_MS)
  return refuses(socket)
}

function refuses(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const caller = createConnection(socket)
    const answer = (isRefused: boolean): void => {
      caller.destroy()
      resolve(isRefused)
    }
    caller.on('connect', () => answer(false))
    caller.on('error', (error: NodeJS.ErrnoException) => answer(error.code === 'ECONNREFUSED'))
  })
}

function isEndedTrial(name: string): boolean {
  const pid = Number(/^cortex-probe-.+-(\d+)-\w{6}$/.exec(name)?.[1])
  return name.startsWith(trialPrefix(hostname(), pid)) && processStartTime(pid) === null
}

/** In a folder with the sticky bit, others' files are not ours to remove. */
function unlessForeign(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPERM' && error.code !== 'EACCES') throw error
}
