import { execFile } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'

/** What a run may see of the machine: everything else is an empty folder there. */
const systemPlaces = [
  '/usr',
  '/bin',
  '/sbin',
  '/lib',
  '/lib32',
  '/lib64',
  '/libx32',
  '/etc',
  '/opt',
  '/nix',
  '/snap',
  '/System',
  '/Library',
]

/** Within these, what is nobody's business but the system's: root reads them, and a run of root's is root inside. */
export const secretPlaces = [
  ...['/etc/shadow', '/etc/shadow-', '/etc/gshadow', '/etc/gshadow-', '/etc/sudoers', '/etc/sudoers.d', '/etc/ssh'],
  ...['/etc/ssl/private', '/etc/krb5.keytab', '/etc/docker', '/etc/kubernetes', '/etc/NetworkManager'],
]

const run = promisify(execFile)

/** Files and folders below that this machine does not show to everybody. */
export async function notForEverybody(folder: string): Promise<string[]> {
  const argv = [folder, '!', '-type', 'l', '!', '-perm', '-o+r', '-prune', '-print0']
  // It fails for folders that are closed to us as well.
  const answer = await run('find', argv, { maxBuffer: 16 * 1024 * 1024 }).catch((error: { stdout?: string }) => error)
  return (answer.stdout ?? '').split('\0').filter(Boolean)
}

/** Whether `place` is the folder or lies in it. */
export function isWithin(folder: string, place: string): boolean {
  const relative = path.relative(folder, place)
  return relative === '' || (relative.split(path.sep)[0] !== '..' && !path.isAbsolute(relative))
}

/**
 * The folder that must be seen so that a program which really lies here can be run: the package tree of a Node program, the
 * libraries beside a folder `bin`, else the program's own folder.
 */
export function placesOfProgram(program: string): string[] {
  const folder = path.dirname(program)
  const parts = folder.split(path.sep)
  const modules = parts.indexOf('node_modules')
  if (modules > 0) return [parts.slice(0, modules + 1).join(path.sep)]
  // A version manager's: the programs it stands for lie beside its folder of stand-ins.
  if (path.basename(folder) === 'shims') return [path.dirname(folder)]
  if (path.basename(folder) !== 'bin') return [program]
  const above = path.dirname(folder)
  return ['bin', 'lib', 'lib64', 'libexec', 'include'].map((name) => path.join(above, name))
}

export interface Seeing {
  /** Real paths of the folders on PATH and of the program. */
  tools: readonly string[]
  /** Files the operator named in the command. */
  named: readonly string[]
  /** What the configuration or a preset adds. */
  reads: readonly string[]
  /** Folders that are never opened because a tool lies above them: the person's home, the data and the cache folder. */
  closed: readonly string[]
}

/**
 * Everything the run may read; a tool's place that would open a closed folder is left out, and of the system's what lies around it is
 * opened. Pure.
 * @param list what lies in a folder
 */
export function readablePlaces({ tools, named, reads, closed }: Seeing, list: (folder: string) => readonly string[]): string[] {
  const ofTools = tools.filter((place) => !closed.some((folder) => isWithin(place, folder)))
  const around = (place: string): readonly string[] => {
    if (closed.includes(place)) return []
    return closed.some((folder) => isWithin(place, folder)) ? list(place).flatMap(around) : [place]
  }
  return [...new Set([...systemPlaces.flatMap(around), ...ofTools, ...named, ...reads])]
}

/** What lies in a folder, without links: they lead to what has a place of its own. None for a folder that is not there. */
export function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isSymbolicLink() ? [] : [path.join(folder, entry.name)]))
}
