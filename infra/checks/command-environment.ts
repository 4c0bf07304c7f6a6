import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { ProjectConfig } from '../config/config-schema.ts'
import { type Environment, pickVariables } from '../config/environment.ts'
import { type Confinement, reachOf } from '../sandbox/sandbox.ts'
import { registriesOf } from './registries.ts'

/** The scratch folders of one run of the commands: what setup leaves in its home, the checks find. */
export interface Folders {
  folder: string
  home: string
  temporary: string
}

/** What commands see and reach. */
export interface CommandEnvironment {
  env: Record<string, string>
  confinement: Confinement
  /** Which setting of the project says what they reach. */
  setting: 'network' | 'setup_network'
}

interface Given {
  env: Environment
  isConfined: boolean
  project: ProjectConfig | undefined
  worktree: string
  scratch: Folders
}

/** Folders in which a person's tools keep what they fetched: in the sandbox they are not there, and the tools' own defaults hold. */
const caches = ['GOPATH', 'GOCACHE', 'CARGO_HOME']

function variables({ env, isConfined, scratch }: Given): Record<string, string> {
  return {
    PATH: env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
    HOME: isConfined ? scratch.home : (env['HOME'] ?? scratch.home),
    LANG: env['LANG'] ?? 'C.UTF-8',
    TMPDIR: scratch.temporary,
    CI: '1',
    NO_COLOR: '1',
    GIT_TERMINAL_PROMPT: '0',
    // Else go prints no numbers, and code that ends the process before its first test has passed.
    // A result that is only remembered is none of this change, and no second one.
    GOFLAGS: '-v -count=1',
    ...(isConfined ? homeOfJava(scratch.home) : {}),
    ...pickVariables(env, ['TZ', 'JAVA_HOME', 'RUSTUP_HOME', ...(isConfined ? [] : caches)]),
  }
}

/** Java looks for its home in the system's list of users. Maven's options are split at spaces. */
const homeOfJava = (home: string): Record<string, string> => ({
  GRADLE_USER_HOME: path.join(home, '.gradle'),
  ...(/\s/.test(home) ? {} : { MAVEN_OPTS: `-Duser.home=${home}` }),
})

function confinementOf({ project, worktree, scratch }: Given, network: Parameters<typeof reachOf>[0]): Confinement {
  return { reads: project?.reads ?? [], writes: [worktree, scratch.folder], ...reachOf(network) }
}

export function environmentOfChecks(given: Given): CommandEnvironment {
  return { env: variables(given), confinement: confinementOf(given, given.project?.network ?? 'none'), setting: 'network' }
}

/**
 * Those of setup, which finds its packages where this machine does: its registries' names are put into the scratch home, as are those of the
 * checks, which may be let reach them.
 */
export async function environmentOfSetup(given: Given, setup: readonly string[], checks: readonly string[]): Promise<CommandEnvironment> {
  const network = given.project?.setup_network ?? 'registries'
  const own = variables(given)
  const home = given.env['HOME']
  const read = (file: string) => readFile(path.join(home ?? '/nowhere', file), 'utf8').catch(() => null) // most have none
  const registries = await registriesOf(setup, given.env, read)
  const files = { ...(await registriesOf(checks, given.env, read)).files, ...registries.files }
  if (given.isConfined)
    for (const [file, text] of Object.entries(files)) {
      const target = path.join(given.scratch.home, file)
      await mkdir(path.dirname(target), { recursive: true, mode: 0o700 })
      await writeFile(target, text, { mode: 0o600 })
    }
  const confinement = confinementOf(given, network === 'registries' ? registries.hosts : network)
  return { env: { ...own, ...registries.variables }, confinement, setting: 'setup_network' }
}
