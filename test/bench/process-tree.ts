import { readdirSync, readFileSync } from 'node:fs'

/** What a group of processes takes at a moment. */
export interface Load {
  /** Proportional set size in MB: what is shared counts once. */
  readonly memory: number
  /** CPU seconds since their starts. */
  readonly cpu: number
}

/** Clock ticks a second, as Linux reports CPU times (sysconf(_SC_CLK_TCK), 100 everywhere in practice). */
const TICKS = 100

interface Entry {
  readonly pid: number
  readonly parent: number
  readonly cpu: number
  readonly name: string
}

const processes = (): Entry[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const stat = read(`/proc/${name}/stat`)
      if (stat === undefined) return []
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      const [parent, user, system] = [fields[1], fields[11], fields[12]].map(Number)
      const command = read(`/proc/${name}/cmdline`)?.replaceAll('\0', ' ') ?? ''
      return [{ pid: Number(name), parent: parent ?? 0, cpu: ((user ?? 0) + (system ?? 0)) / TICKS, name: command }]
    })

/** The load of a process and everything below it, by the group that `groupOf` makes of a command line. Linux only. */
export const loadOf = (root: number, groupOf: (command: string) => string): Map<string, Load> => {
  const all = processes()
  const tree = all.filter(({ pid }) => pid === root)
  for (const entry of tree) tree.push(...all.filter(({ parent }) => parent === entry.pid))
  const groups = new Map<string, Load>()
  for (const { pid, cpu, name } of tree) {
    const pss = /^Pss:\s+(\d+) kB/m.exec(read(`/proc/${pid}/smaps_rollup`) ?? '')?.[1]
    const before = groups.get(groupOf(name)) ?? { memory: 0, cpu: 0 }
    groups.set(groupOf(name), { memory: before.memory + Number(pss ?? 0) / 1024, cpu: before.cpu + cpu })
  }
  return groups
}

const read = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined // it ended while we looked
  }
}
