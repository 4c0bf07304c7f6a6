import { readdir, readFile, stat, statfs } from 'node:fs/promises'
import { type ControlGroup, type Held, processesIn } from './control-groups.ts'
import { sizeOf } from './folder-size.ts'
import { heldFiles } from './held-files.ts'

/** What a run may use; it is ended when it goes beyond. */
export interface RunLimits extends Held {
  /** Printed, stdout and stderr together. */
  outputBytes: number
  /** In the folders it may write, beyond what was there at the beginning. */
  diskBytes: number
  folders: readonly string[]
  /** Descriptors of all its processes together, at a time: each is looked at. Default 100,000. */
  openFiles?: number
}

interface Seen {
  parent: number
  /** Resident, in pages. */
  pages: number
}

const everyMs = 500
const diskEveryMs = 4_000
const pageBytes = 4096
const manyOpenFiles = 100_000

/**
 * Looks at the run's processes twice a second, wherever there is a /proc, and at its folders every four seconds, and calls
 * `exceeded` once with what was too much. Answers how to stop looking.
 * @param pid the process from which all others of the run descend
 * @param control asked instead, where the kernel holds memory and processes
 */
export function watch(pid: number, limits: RunLimits, exceeded: (words: string) => void, control?: ControlGroup): () => void {
  let stopped = process.platform !== 'linux'
  let timer: NodeJS.Timeout | undefined
  const disk = watchDisk(limits, async () => (control ? processesIn(control.folders) : [...descendants(pid, await allProcesses()).keys()]))
  const look = async (): Promise<void> => {
    const words = (await (control?.isLimited ? control.tooMuch() : tooMuch(pid, limits))) ?? (await disk())
    if (stopped) return
    if (words !== null) {
      stopped = true
      exceeded(words)
    } else timer = setTimeout(look, everyMs)
  }
  if (!stopped) timer = setTimeout(look, everyMs)
  return () => {
    stopped = true
    clearTimeout(timer)
  }
}

async function tooMuch(pid: number, limits: RunLimits): Promise<string | null> {
  const family = descendants(pid, await allProcesses())
  if (family.size > limits.processes) return `it had ${family.size} processes, more than the ${limits.processes} it may have`
  const resident = [...family.values()].reduce((sum, { pages }) => sum + pages * pageBytes, 0)
  const seen = resident + (await memoryFiles([...family.keys()].at(-1)))
  const used = seen + (await unseenMemory([...family.keys()], limits, limits.memoryBytes - seen))
  return used > limits.memoryBytes
    ? `it used ${megabytes(used)} of memory, more than the ${megabytes(limits.memoryBytes)} it may use`
    : null
}

/** One look serves all runs that are watched at this moment. */
let latest: { at: number; all: Promise<Map<number, Seen>> } | undefined

function allProcesses(): Promise<Map<number, Seen>> {
  if (!latest || performance.now() - latest.at > everyMs / 2) latest = { at: performance.now(), all: lookAtAll() }
  return latest.all
}

async function lookAtAll(): Promise<Map<number, Seen>> {
  const names = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const seen = await Promise.all(names.map(async (name) => [Number(name), readStat(await textOf(`/proc/${name}/stat`))] as const))
  return new Map(seen.flatMap(([pid, each]) => (each ? [[pid, each] as const] : [])))
}

/** Pure. Null for what is no line of /proc/<pid>/stat. */
export function readStat(text: string): Seen | null {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return fields.length < 22 ? null : { parent: Number(fields[1]), pages: Number(fields[21]) }
}

/** The process and all that descend from it, the youngest generation last. Pure. */
export function descendants(pid: number, all: ReadonlyMap<number, Seen>): Map<number, Seen> {
  const children = Map.groupBy([...all.keys()], (each) => all.get(each)!.parent)
  const found = new Map<number, Seen>()
  for (let generation = all.has(pid) ? [pid] : []; generation.length > 0; ) {
    for (const each of generation) found.set(each, all.get(each)!)
    generation = generation.flatMap((each) => children.get(each) ?? []).filter((each) => !found.has(each))
  }
  return found
}

/** Memory in files without a name that is resident in no process. Nobody looks while all of that of the machine is within `bearable`. */
async function unseenMemory(pids: readonly number[], { openFiles = manyOpenFiles }: RunLimits, bearable: number): Promise<number> {
  const ofMachine = 1024 * Number(/^Shmem: +(\d+)/m.exec(await textOf('/proc/meminfo'))?.[1] ?? 0)
  if (ofMachine <= bearable) return 0
  const [held, sizes] = await Promise.all([heldFiles(pids, [], openFiles), Promise.all(pids.map((pid) => textOf(`/proc/${pid}/statm`)))])
  const sharedResident = sizes.reduce((sum, line) => sum + Number(line.split(' ')[2] ?? 0) * pageBytes, 0)
  return Math.max(0, held.memoryBytes - sharedResident)
}

/** What lies in the memory file systems that only the run sees. */
async function memoryFiles(pid: number | undefined): Promise<number> {
  if (pid === undefined) return 0
  const [own, inside] = await Promise.all([textOf('/proc/self/mountinfo'), textOf(`/proc/${pid}/mountinfo`)])
  const known = new Set(memoryMounts(own).map(({ device }) => device))
  const mounts = memoryMounts(inside).filter(({ device }) => !known.has(device))
  const sizes = await Promise.all(
    mounts.map(async ({ place }) => {
      const found = await statfs(`/proc/${pid}/root${place}`).catch(() => null) // the process has ended
      return found === null ? 0 : (found.blocks - found.bfree) * found.bsize
    }),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}

/** Pure. */
export function memoryMounts(mountinfo: string): { device: string; place: string }[] {
  return mountinfo.split('\n').flatMap((line) => {
    const [left = '', right = ''] = line.split(' - ')
    const [, , device = '', , place = ''] = left.split(' ')
    return right.startsWith('tmpfs ') ? [{ device, place }] : []
  })
}

/** Counts what the folders hold, seldom, and more seldom the longer that takes. */
function watchDisk(limits: RunLimits, family: () => Promise<number[]>): () => Promise<string | null> {
  const { openFiles = manyOpenFiles } = limits
  let before: number | undefined
  let next = 0
  return async () => {
    if (limits.folders.length === 0 || performance.now() < next) return null
    const began = performance.now()
    const devices = await Promise.all(
      limits.folders.map((folder) =>
        stat(folder).then(
          ({ dev }) => dev,
          () => -1,
        ),
      ),
    ) // gone meanwhile
    const held = await heldFiles(await family(), devices, openFiles)
    if (held.isCut) return `it had more than the ${openFiles} files open at a time that it may have`
    const size = held.diskBytes + (await sizeOf(limits.folders))
    next = performance.now() + diskEveryMs + 10 * (performance.now() - began)
    before ??= size
    const more = size - before
    return more > limits.diskBytes
      ? `it wrote ${megabytes(more)} to the disk, more than the ${megabytes(limits.diskBytes)} it may write`
      : null
  }
}

function textOf(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '') // it has ended meanwhile, or is another user's
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1024 / 1024)} MB`
}
