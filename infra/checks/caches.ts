import { execFile } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
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

const run = promisify(execFile)

export interface Caches {
  /** Whether a run of this project would begin with one. */
  has(project: string): Promise<boolean>
  /**
   * Copies the project's cache into a home that nobody has used. For a base, whose worktree is given, only while it asks for the same packages and
   * the cache is not old; else the answer puts what the base leaves in this home in the place of what was there.
   */
  fill(project: string, home: string, base?: string): Promise<{ keep?: () => Promise<void> }>
}

/**
 * Caches of packages and builds, one for each project. Only a run of the base writes one: every run works in a copy, and no run sees the
 * folder itself, so that nothing an agent wrote is in what a later run reads.
 */
export function createCaches(folder: string, now: () => number = Date.now): Caches {
  const exclusively = createMutex()
  const placeOf = (project: string): string => path.join(folder, project)
  const ageOf = async (place: string): Promise<number> => {
    const found = await lstat(path.join(place, 'about')).catch(() => null) // there is none
    return found ? now() - found.mtimeMs : Number.POSITIVE_INFINITY
  }

  const forgetOld = async (): Promise<void> => {
    for (const name of await readdir(folder))
      if ((await ageOf(path.join(folder, name))) > WORTHLESS_MS) await removeFolder(path.join(folder, name))
  }

  const fillHome = async (project: string, home: string, packages: string | undefined): Promise<boolean> => {
    const place = placeOf(project)
    if ((await ageOf(place)) > (packages === undefined ? WORTHLESS_MS : OLD_MS)) return false
    if (packages !== undefined && packages !== (await readFile(path.join(place, 'about'), 'utf8'))) return false
    for (const name of await cachesIn(place)) {
      await mkdir(path.dirname(path.join(home, name)), { recursive: true, mode: 0o700 })
      await run('cp', ['-a', '--', path.join(place, name), path.join(home, name)])
    }
    return true
  }

  const keep = async (project: string, home: string, packages: string): Promise<void> => {
    const aside = path.join(folder, `${randomUUID()}.new`)
    await mkdir(aside, { recursive: true, mode: 0o700 })
    const found = await cachesIn(home)
    const isSmall = (await sizeOf(found.map((name) => path.join(home, name)))) <= MOST_BYTES
    for (const name of isSmall ? found : []) {
      await mkdir(path.dirname(path.join(aside, name)), { recursive: true })
      await rename(path.join(home, name), path.join(aside, name))
    }
    await writeFile(path.join(aside, 'about'), packages)
    await removeFolder(placeOf(project))
    await rename(aside, placeOf(project))
    await forgetOld()
  }

  return {
    has: async (project) => (await ageOf(placeOf(project))) <= WORTHLESS_MS,
    fill: async (project, home, base) => {
      const packages = base === undefined ? undefined : await packagesOf(base)
      const isFilled = await exclusively('caches', () => fillHome(project, home, packages))
      return isFilled || packages === undefined ? {} : { keep: () => exclusively('caches', () => keep(project, home, packages)) }
    },
  }
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
