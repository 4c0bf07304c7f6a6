import { randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises'
import path from 'node:path'

/** What the kernel can hold. */
export interface Held {
  /** Of all processes of a run together, with what they wrote to memory file systems of the run's own. */
  memoryBytes: number
  /** At a time. */
  processes: number
}

/** A control group of the kernel: whatever a run starts stays in it, whatever it calls itself and wherever it goes. */
export interface ControlGroup {
  /** One for each hierarchy, in the kernel's file system. */
  readonly folders: readonly string[]
  /** Whether the kernel holds memory and number of tasks; else it only tells what is in it. */
  readonly isLimited: boolean
  /** The argv that enters the group and then becomes the program. */
  entering(argv: readonly string[]): string[]
  /** What the run took too much of, in words; null while it did not. */
  tooMuch(): Promise<string | null>
}

export interface ControlGroups {
  open(held: Held): Promise<ControlGroup>
}

/** Where groups are made: a folder of the kernel's for each hierarchy. */
export interface Hierarchies {
  version: 1 | 2
  folders: readonly string[]
}

/** Threads count as tasks: a wall against a run that forks faster than anybody looks. Its processes are counted. */
const tasksOfAProcess = 16

/**
 * Our own places in the hierarchies of memory and tasks, the likeliest first. Pure.
 * @param own /proc/self/cgroup
 * @param mountinfo /proc/self/mountinfo
 */
export function placesOfOurs(own: string, mountinfo: string): Hierarchies[] {
  const mounts = mountinfo.split('\n').flatMap((line) => {
    const [left = '', right = ''] = line.split(' - ')
    const [, , , root = '', place = ''] = left.split(' ')
    const [type = '', , options = ''] = right.split(' ')
    return type.startsWith('cgroup') ? [{ type, root, place, options: options.split(',') }] : []
  })
  const folder = (controller: string): string | undefined => {
    const line = own.split('\n').find((each) => (each.split(':')[1] ?? '').split(',').includes(controller))
    const mount = mounts.find(({ type, options }) =>
      controller === '' ? type === 'cgroup2' : type === 'cgroup' && options.includes(controller),
    )
    const ours = line?.split(':').slice(2).join(':')
    if (mount === undefined || ours === undefined) return undefined
    const within = path.relative(mount.root, ours)
    return path.join(mount.place, within.startsWith('..') ? '' : within)
  }
  const [memory, tasks, unified] = [folder('memory'), folder('pids'), folder('')]
  return [
    ...(memory && tasks ? [{ version: 1, folders: [memory, tasks] } as const] : []),
    // What is in a group of its own within what was handed over to us, as services are, makes its groups beside it.
    ...(unified ? [{ version: 2, folders: [unified] } as const, { version: 2, folders: [path.dirname(unified)] } as const] : []),
  ]
}

/** The kernel's files for a limit of memory, of memory with swap, of tasks, and for what was refused. */
const files = {
  1: { memory: 'memory.limit_in_bytes', swap: 'memory.memsw.limit_in_bytes', ended: 'memory.oom_control' },
  2: { memory: 'memory.max', swap: 'memory.swap.max', ended: 'memory.events' },
} as const

/** Finds where control groups can be made, and tries it; null where they cannot: no Linux, no right to. */
export async function findControlGroups(): Promise<ControlGroups | null> {
  if (process.platform !== 'linux') return null
  const places = placesOfOurs(await textOf('/proc/self/cgroup'), await textOf('/proc/self/mountinfo'))
  const tried = await Promise.all(places.map(async (place) => ({ place, made: await tryOut(place) })))
  const best = tried.find(({ made }) => made === 'limited') ?? tried.find(({ made }) => made === 'unlimited')
  return best ? { open: (held) => open(best.place, held) } : null
}

async function tryOut(place: Hierarchies): Promise<'limited' | 'unlimited' | 'none'> {
  // The kernel refuses this where the right is not ours, or where processes stand beside the groups.
  if (place.version === 2) await writeFile(path.join(place.folders[0]!, 'cgroup.subtree_control'), '+memory +pids').catch(() => undefined)
  try {
    const group = await open(place, { memoryBytes: 2 ** 30, processes: 8 })
    await removeGroup(group.folders)
    return group.isLimited ? 'limited' : 'unlimited'
  } catch {
    return 'none' // read-only, or another user's
  }
}

async function open({ version, folders: parents }: Hierarchies, held: Held): Promise<ControlGroup> {
  const name = `cortex-${randomUUID()}`
  const folders = parents.map((folder) => path.join(folder, name))
  for (const folder of folders) await mkdir(folder)
  const [memory, tasks] = [folders[0]!, folders.at(-1)!]
  const isLimited =
    (await set(memory, files[version].memory, held.memoryBytes)) && (await set(tasks, 'pids.max', held.processes * tasksOfAProcess))
  if (isLimited) await set(memory, files[version].swap, version === 1 ? held.memoryBytes : 0) // not there where swap is not counted
  const each = folders.map((_, n) => `"$${n + 1}"`).join(' ')
  const script = `for group in ${each}; do echo $$ > "$group/cgroup.procs" || exit 126; done; shift ${folders.length}; exec "$@"`
  return {
    folders,
    isLimited,
    entering: (argv) => ['/bin/sh', '-c', script, 'enter', ...folders, ...argv],
    tooMuch: async () => {
      if (await hasCounted(path.join(memory, files[version].ended), 'oom_kill'))
        return `it wanted more memory than the ${Math.ceil(held.memoryBytes / 1024 / 1024)} MB it may use`
      const isWalled = await hasCounted(path.join(tasks, 'pids.events'), 'max')
      if (!isWalled && (await processesIn(folders)).length <= held.processes) return null
      return `it started more processes than the ${held.processes} it may have`
    },
  }
}

/** Whether the kernel took the value; it does not where the file is not there. */
const set = (folder: string, file: string, value: number): Promise<boolean> =>
  writeFile(path.join(folder, file), String(value), { flag: 'r+' }).then(
    () => true,
    () => false,
  )

async function hasCounted(file: string, name: string): Promise<boolean> {
  return new RegExp(`^${name} [1-9]`, 'm').test(await textOf(file))
}

/** The folders of a group, and those of groups that were made in it, which stand last. */
async function withNested(folders: readonly string[]): Promise<string[]> {
  const names = await Promise.all(folders.map((folder) => readdir(folder, { withFileTypes: true }).catch(() => []))) // the group is gone
  const below = names.flatMap((entries, n) =>
    entries.filter((entry) => entry.isDirectory()).map(({ name }) => path.join(folders[n]!, name)),
  )
  return below.length === 0 ? [...folders] : [...folders, ...(await withNested(below))]
}

/** Running processes in a group that these folders are, and in groups that the run made in it. */
export async function processesIn(folders: readonly string[]): Promise<number[]> {
  const all = await withNested(folders)
  const lists = await Promise.all(all.map((folder) => textOf(path.join(folder, 'cgroup.procs'))))
  return [...new Set(lists.flatMap((list) => list.split('\n').filter(Boolean).map(Number)))]
}

/** Removes a group in which nothing runs any more. What it cannot remove holds nothing and costs nothing. */
export async function removeGroup(folders: readonly string[]): Promise<void> {
  for (const folder of (await withNested(folders)).reverse()) await rmdir(folder).catch(() => undefined)
}

function textOf(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '') // no such hierarchy, or the group is gone
}
