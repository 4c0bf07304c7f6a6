import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'

/** A process of the system under test. */
export interface LaneProcess {
  readonly pid: number
  readonly line: string
}

const read = (file: string): string => {
  try {
    return readFileSync(file, 'utf8').replaceAll('\0', ' ').trim()
  } catch {
    return '' // it ended while we looked
  }
}

const cwdOf = (pid: string): string => {
  try {
    return readlinkSync(`/proc/${pid}/cwd`)
  } catch {
    return '' // it ended while we looked
  }
}

/** Processes that belong to a folder by their arguments, environment or working directory; zombies are none. */
export const processesOf = (folder: string): LaneProcess[] =>
  readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return []
    const line = read(`/proc/${pid}/cmdline`)
    const isOurs = line.includes(folder) || cwdOf(pid).startsWith(folder) || read(`/proc/${pid}/environ`).includes(folder)
    return line !== '' && isOurs ? [{ pid: Number(pid), line }] : []
  })

/** What may be struck. */
export const victims = ['browser', 'renderer', 'worker', 'bus', 'main'] as const
export type Victim = (typeof victims)[number]

/** The process of a part of the system; undefined when it does not run just now. */
export const pidOf = (folder: string, victim: Victim): number | undefined => {
  const all = processesOf(folder)
  const find = (fits: RegExp): number | undefined => all.find(({ line }) => fits.test(line))?.pid
  switch (victim) {
    case 'browser':
      return all.find(({ line }) => line.includes('--remote-debugging-pipe') && !line.includes('--type='))?.pid
    case 'renderer':
      return find(/--type=renderer(?!.*--extension-process)/)
    case 'worker':
      return find(/worker-main\.ts/)
    case 'bus':
      return find(/^\S*nats-server\S* -c /)
    case 'main':
      return find(/bin\.mjs up/) ?? find(/cli\/main\.ts up/)
  }
}

/** Files and folders that a stopped system should not leave: temporary ones, and what says who has the profile. */
export const leftFiles = (folder: string, profile: string): string[] => {
  const list = (where: string): string[] => {
    try {
      return readdirSync(where).map((name) => join(where, name))
    } catch {
      return [] // never made
    }
  }
  const marks = list(profile).filter((path) => /\/(Singleton\w+|cortex-[\w.-]+)$/.test(path))
  return [...list(join(folder, 't')), ...marks]
}
