import { chmodSync, mkdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { hostname } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** Who holds a browser profile, as Chromium's SingletonLock link names it: `<host>-<pid>`. */
export interface ProfileOwner {
  readonly host: string
  readonly pid: number
}

export interface ProfileFacts {
  readonly host: string
  /** Whether a process of this host with this id runs a browser on this very profile. */
  readonly runsBrowser: (pid: number) => boolean
}

/** The profile belongs to a browser that runs. */
export class ProfileInUse extends Error {
  override readonly name = 'ProfileInUse'
}

/** The owner a SingletonLock link names; null for text that is no such link. Host names may hold hyphens, so the last one counts. */
export const profileOwner = (link: string): ProfileOwner | null => {
  const found = /^(.+)-(\d+)$/.exec(link)
  return found ? { host: found[1] ?? '', pid: Number(found[2]) } : null
}

/**
 * Whether the owner is provably gone: on this host its process is dead or does something else, and another host's lock
 * is left over because the caller holds our own lease on the profile (a container that came back under a new name).
 */
export const isOwnerGone = (owner: ProfileOwner, facts: ProfileFacts): boolean => owner.host !== facts.host || !facts.runsBrowser(owner.pid)

/**
 * Makes the profile directory ours alone (0700) and removes what a dead browser left in it. The caller must hold the lease of the profile.
 * Throws ProfileInUse when a browser runs on it: deleting a live lock corrupts the profile.
 */
export const prepareProfile = (directory: string): void => {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  chmodSync(directory, 0o700)
  sweepProfile(directory)
}

/** Removes what a dead browser left of itself in the profile and beside it. Throws ProfileInUse when a browser runs on it. */
export const sweepProfile = (directory: string): void => {
  const owner = currentOwner(directory)
  if (owner && !isOwnerGone(owner, { host: hostname(), runsBrowser: (pid) => runsBrowserOn(pid, directory) })) {
    throw new ProfileInUse(`the browser profile ${directory} is in use by process ${owner.pid}: end that browser first`)
  }
  // Chromium's socket lies in a folder of its own among the temporary files, which only an orderly end removes.
  const socket = linkIn(directory, 'SingletonSocket')
  if (socket !== null && isSocketFolder(basename(dirname(socket)))) rmSync(dirname(socket), { recursive: true, force: true })
  for (const name of ['SingletonLock', 'SingletonSocket', 'SingletonCookie']) rmSync(join(directory, name), { force: true })
}

/** As Chromium and Chrome name the temporary folder of their socket. */
const isSocketFolder = (name: string): boolean => /^\.?(org\.chromium|com\.google)\.\w+\.\w{6}$/.test(name)

/**
 * Ends the browser that a dead worker left running on the profile, once it had `patienceMs` to end by itself. Only a driven browser of this
 * host: the lease says that nobody drives it any more. A browser that a person opened by hand is let be.
 */
export const endLeftBrowser = async (directory: string, patienceMs: number): Promise<void> => {
  const isLeft = () => {
    const owner = currentOwner(directory)
    return owner?.host === hostname() && /--remote-debugging-(pipe|port)/.test(browserCommand(owner.pid, directory) ?? '')
      ? owner.pid
      : null
  }
  for (const end = Date.now() + patienceMs; isLeft() !== null && Date.now() < end; ) await sleep(50)
  const pid = isLeft()
  if (pid === null) return
  killAll(pid)
  for (const end = Date.now() + 2_000; isLeft() !== null && Date.now() < end; ) await sleep(50)
}

/** The browser leads a group of its own, with its helpers in it: one of them that hangs would not notice that its browser is gone. */
const killAll = (pid: number): void => {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (error) {
    if (!isCode(error, 'ESRCH')) throw error
    process.kill(pid, 'SIGKILL')
  }
}

/** Who holds the profile now; null when nobody does. */
export const currentOwner = (directory: string): ProfileOwner | null => {
  const link = linkIn(directory, 'SingletonLock')
  return link === null ? null : profileOwner(link)
}

/** What a link in the profile points to; null when there is none. */
const linkIn = (directory: string, name: string): string | null => {
  try {
    return readlinkSync(join(directory, name))
  } catch (error) {
    if (isCode(error, 'ENOENT')) return null
    throw error
  }
}

/** On Linux by the command line, so that a process id used again is told apart; elsewhere any living process counts. */
const runsBrowserOn = (pid: number, directory: string): boolean => {
  if (process.platform === 'linux') return browserCommand(pid, directory) !== null
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return !isCode(error, 'ESRCH')
  }
}

/** The command line of a process that runs on the profile; null when it does not, is dead, or this is no Linux. */
const browserCommand = (pid: number, directory: string): string | null => {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
    // Chromium rewrites its arguments into one string when it renames its process.
    const line = `${words.join(' ')} `
    return line.includes(`--user-data-dir=${directory} `) ? line : null
  } catch (error) {
    if (isCode(error, 'ENOENT') || isCode(error, 'ESRCH')) return null
    throw error
  }
}

const isCode = (error: unknown, code: string): boolean => error instanceof Error && 'code' in error && error.code === code
