import { readdir, readFile, readlink, stat } from 'node:fs/promises'

/** Files without a name that processes hold: neither `du` nor the sum of what is resident shows them. */
export interface HeldFiles {
  /** In memory: what `memfd_create` makes, and mappings that are shared. */
  memoryBytes: number
  /** On the disks of the devices that were asked for: removed, and still open. */
  diskBytes: number
  /** Whether there were more descriptors than were to be looked at: the rest is not counted. */
  isCut: boolean
}

/** Looked up together. */
const piece = 256

/**
 * What these processes hold by descriptors, or in memory by mappings alone; each file once. What another user runs, or a process that
 * lets nobody look, is left out.
 * One process after another, a few descriptors at a time: how many there are is for the run to say.
 * @param devices numbers of the file systems whose files count as disk
 * @param mostDescriptors of all these processes together
 */
export async function heldFiles(pids: readonly number[], devices: readonly number[], mostDescriptors: number): Promise<HeldFiles> {
  const memory = new Map<string, number>()
  const disk = new Map<string, number>()
  let left = mostDescriptors
  for (const pid of pids) {
    const mapped = mappedShared(await readFile(`/proc/${pid}/maps`, 'latin1').catch(() => '')) // ended, or not ours to see
    for (const [inode, bytes] of mapped) memory.set(inode, Math.max(bytes, memory.get(inode) ?? 0))
    const names = await readdir(`/proc/${pid}/fd`).catch(() => []) // ended, or not ours to see
    left -= names.length
    if (left < 0) break
    for (let from = 0; from < names.length; from += piece)
      for (const { link, about } of await removedFiles(pid, names.slice(from, from + piece))) {
        const bytes = about.blocks * 512
        if (link.startsWith('/memfd:')) memory.set(String(about.ino), bytes)
        else if (devices.includes(about.dev)) disk.set(`${about.dev}:${about.ino}`, bytes)
      }
  }
  return { memoryBytes: sum(memory), diskBytes: sum(disk), isCut: left < 0 }
}

const sum = (sizes: ReadonlyMap<string, number>): number => [...sizes.values()].reduce((all, bytes) => all + bytes, 0)

/** Open files of a process, of these descriptors, whose names are gone. */
async function removedFiles(pid: number, names: readonly string[]) {
  const found = await Promise.all(
    names.map(async (name) => {
      const place = `/proc/${pid}/fd/${name}`
      const link = await readlink(place).catch(() => '') // closed meanwhile
      const about = link.endsWith(' (deleted)') ? await stat(place).catch(() => null) : null
      return about?.isFile() ? [{ link, about }] : []
    }),
  )
  return found.flat()
}

/** Bytes by inode of the mappings of memory that has no name and is shared. Pure. */
export function mappedShared(maps: string): Map<string, number> {
  const sizes = new Map<string, number>()
  const shared = /^([0-9a-f]+)-([0-9a-f]+) \S+ \S+ \S+ (\d+) +\/(?:memfd:|SYSV|dev\/zero \(deleted\))/gm
  for (const [, from = '', to = '', inode = ''] of maps.matchAll(shared))
    sizes.set(inode, (sizes.get(inode) ?? 0) + Number.parseInt(to, 16) - Number.parseInt(from, 16))
  return sizes
}
