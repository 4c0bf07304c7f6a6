import { readdir, readFile, readlink } from 'node:fs/promises'
import path from 'node:path'

/**
 * Running processes that work in one of these folders, are no younger than `since` and have no terminal: what somebody started
 * without our marker there, and not the shell of a person who looks. Linux only; elsewhere none are found.
 * @param since clock ticks since boot
 */
export async function strays(folders: readonly string[], since: number): Promise<number[]> {
  if (process.platform !== 'linux' || folders.length === 0) return []
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
  const found = await Promise.all(
    pids.map(async (pid) => {
      // Another user's, or ended meanwhile.
      const [cwd, stat] = await Promise.all([
        readlink(`/proc/${pid}/cwd`).catch(() => ''),
        readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ''),
      ])
      const isThere = folders.some((folder) => cwd === folder || cwd.startsWith(folder + path.sep))
      return isThere && isStray(stat, since) ? [Number(pid)] : []
    }),
  )
  return found.flat()
}

/** Whether a line of /proc/<pid>/stat is of a running process without a terminal that began then or later. Pure. */
export function isStray(stat: string, since: number): boolean {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [state, , , , terminal] = fields
  return fields.length > 19 && state !== 'Z' && state !== 'X' && terminal === '0' && Number(fields[19]) >= since
}
