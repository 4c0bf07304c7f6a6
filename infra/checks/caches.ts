import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { lstat, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { removeFolder } from '../files/remove-folder.ts'
import { createMutex } from '../locks/mutex.ts'
import { sizeOf } from '../processes/folder-size.ts'

/** Where programs keep, in a home, what they fetched and built: never a person's home, and nothing that says how tests are run. */
export const cacheFolders = [
  ...['.cache/go-build', 'go/pkg/mod', '.cargo/registry', '.cargo/git', '.m2/repository', '.gradle/caches', '.gradle/wrapper'],
  ...['.npm/_cacache', '.cache/yarn', '.yarn/berry/cache', '.local/share/pnpm/store', '.cache/node', '.cache/pip', '.cache/uv'],
] as const

/** Files beside which a base asks for other packages. */
const asking =
  /^(?:package\.json|.*lock\.(?:json|yaml|toml)|.*\.lock|.*\.lockfile|npm-shrinkwrap\.json|go\.(?:mod|sum)|Cargo\.toml|requirements.*\.txt|pyproject\.toml|tox\.ini|noxfile\.py|pom\.xml|build\.gradle(?:\.kts)?)$/

const day = 24 * 60 * 60 * 1000
/** A base that is looked at after this begins without, and what it leaves is kept anew. */
const OLD_MS = 7 * day
/** Nothing begins with what is older. */
const WORTHLESS_MS = 30 * day
const MOST_BYTES = 2 * 1024 ** 3
/** Characters of names that may not be read: a base that leaves more of them behind leaves no cache. */
const MOST_NAMES = 16 * 1024 ** 2
const SHOWN = 20

const run = promisify(execFile)

export interface Caches {
  /** Whether a run of this project would begin with one. */
  has(project: string): Promise<boolean>
  /**
   * Copies the project's cache into a home that nobody has used. For a base, whose worktree is given, only while it asks for the same packages and
   * the cache is not old; else the answer puts what the base leaves in this home in the place of what was there. What of it its own
   * owner may not read is left out, a cache that cannot be copied is removed, and one that cannot be kept is none: the log says so. Throws for its signal alone.
   */
  fill(project: string, home: string, signal: AbortSignal, base?: string): Promise<{ keep?: () => Promise<void> }>
}

interface Log {
  warn(details: object, message: string): void
}

/**
 * Caches of packages and builds, one for each project. Only a run of the base writes one: every run works in a copy, and no run sees the
 * folder itself, so that nothing an agent wrote is in what a later run reads.
 */
export function createCaches(folder: string, log: Log, now: () => number = Date.now): Caches {
  const exclusively = createMutex()
  const placeOf = (project: string): string => path.join(folder, project)
  const isWorthless = async (name: string): Promise<boolean> => (await ageOf(placeOf(name), now())) > WORTHLESS_MS

  /** Another project's only where it is at rest: in the middle of being kept a cache looks old. */
  const forgetOld = async (): Promise<void> => {
    for (const name of await readdir(folder))
      if (await isWorthless(name))
        await exclusively(projectOf(name), async () => {
          if (await isWorthless(name)) await removeFolder(placeOf(name))
        })
  }

  const isOf = async (place: string, packages: string | undefined): Promise<boolean> => {
    if ((await ageOf(place, now())) > (packages === undefined ? WORTHLESS_MS : OLD_MS)) return false
    return packages === undefined || packages === (await readFile(path.join(place, 'about'), 'utf8'))
  }

  const fillHome = async (project: string, home: string, signal: AbortSignal, packages: string | undefined): Promise<boolean> => {
    const place = placeOf(project)
    try {
      if (!(await isOf(place, packages))) return false
      await copyInto(home, place, signal)
      return true
    } catch (error) {
      signal.throwIfAborted()
      log.warn({ project, error: String(error) }, `the cache ${place} could not be copied: it is removed, and the run begins without`)
      for (const each of [...cacheFolders.map((name) => path.join(home, name)), place]) await removeFolder(each)
      return false
    }
  }

  const keep = async (project: string, home: string, packages: string): Promise<void> => {
    try {
      await exclusively(project, async () => {
        const aside = placeOf(`${project}${beingKept}`)
        await moveInto(aside, home, packages)
        const shut = await leaveOutShut(aside)
        const which = shut.map((place) => path.relative(aside, place))
        if (shut.length > 0)
          log.warn({ project, shut: which.slice(0, SHOWN) }, `${shut.length} of the base's cache may not be read and are left out`)
        await removeFolder(placeOf(project))
        await rename(aside, placeOf(project))
      })
      await forgetOld()
    } catch (error) {
      log.warn({ project, error: String(error) }, `what the base's run left could not be kept in ${folder}: later runs may begin without`)
    }
  }

  return {
    has: async (project) => !(await isWorthless(project)),
    fill: async (project, home, signal, base) => {
      const packages = base === undefined ? undefined : await packagesOf(base)
      const isFilled = await exclusively(project, () => fillHome(project, home, signal, packages))
      return isFilled || packages === undefined ? {} : { keep: () => keep(project, home, packages) }
    },
  }
}

/** No project's name has a dot. */
const beingKept = '.new'
const projectOf = (name: string): string => name.replace(/\..*/, '')

async function ageOf(place: string, now: number): Promise<number> {
  const found = await lstat(path.join(place, 'about')).catch(() => null) // there is none
  return found ? now - found.mtimeMs : Number.POSITIVE_INFINITY
}

async function copyInto(home: string, place: string, signal: AbortSignal): Promise<void> {
  for (const name of await cachesIn(place)) {
    await mkdir(path.dirname(path.join(home, name)), { recursive: true, mode: 0o700 })
    await run('cp', ['-a', '--', path.join(place, name), path.join(home, name)], { signal })
  }
}

/** Makes a cache of what lies in the home; an empty one where that is too much. */
async function moveInto(place: string, home: string, packages: string): Promise<void> {
  await removeFolder(place)
  await mkdir(place, { recursive: true, mode: 0o700 })
  const found = await cachesIn(home)
  const isSmall = (await sizeOf(found.map((name) => path.join(home, name)))) <= MOST_BYTES
  for (const name of isSmall ? found : []) {
    await mkdir(path.dirname(path.join(place, name)), { recursive: true })
    await rename(path.join(home, name), path.join(place, name))
  }
  await writeFile(path.join(place, 'about'), packages)
}

/** Takes out what its own owner may not read, for which a copy of all would fail, and says what that was. A folder goes with what is in it. */
async function leaveOutShut(place: string): Promise<string[]> {
  const shut = ['(', '!', '-perm', '-u=r', '-o', '-type', 'd', '!', '-perm', '-u=rx', ')', '!', '-type', 'l']
  const { stdout } = await run('find', [place, ...shut, '-prune', '-print0'], { maxBuffer: MOST_NAMES })
  const found = stdout.split('\0').filter((name) => name !== '')
  for (const name of found) await removeFolder(name)
  return found
}

const cachesIn = async (home: string): Promise<string[]> => {
  const found = await Promise.all(cacheFolders.map(async (name) => ((await isFolderIn(home, name)) ? [name] : [])))
  return found.flat()
}

/** Whether this is a folder, and none on the way to it is a link: who wrote the home may have put one there. */
async function isFolderIn(home: string, name: string): Promise<boolean> {
  const parts = name.split('/')
  const ways = parts.map((_, last) => path.join(home, ...parts.slice(0, last + 1)))
  const found = await Promise.all(ways.map((way) => lstat(way).catch(() => null))) // most are not there
  return found.every((one) => one?.isDirectory())
}

/** What a worktree's own files at its top ask for, as a hash. */
async function packagesOf(worktree: string): Promise<string> {
  const entries = await readdir(worktree, { withFileTypes: true })
  const names = entries.filter((entry) => entry.isFile() && asking.test(entry.name)).map(({ name }) => name)
  const hash = createHash('sha256')
  for (const name of names.toSorted()) hash.update(JSON.stringify([name, await readFile(path.join(worktree, name), 'utf8')]))
  return hash.digest('hex')
}
