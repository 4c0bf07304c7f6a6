import path from 'node:path'
import type { Git } from '../../functions/ports.ts'
import type { Yardstick } from '../../functions/verification/check-ports.ts'
import { commandText, findDefinition } from '../checks/definition.ts'
import type { Config } from '../config/config-schema.ts'
import { type Assessment, assess, readIn, type Texts } from './assess.ts'
import { createCanaries } from './canaries/choose.ts'
import { type KindOf, kindsOf, type MorePatterns, markedIn } from './kinds.ts'
import { targetsIn } from './make-targets.ts'
import { meddlingIn } from './meddling.ts'
import { namedByTests } from './named-data.ts'
import { type Places, placesIn } from './places.ts'
import { reachedFrom } from './reach.ts'
import { heldOf, watchFiles } from './rewritten.ts'
import { comparedIn, startedBy, withScripts } from './started.ts'
import { writtenAsTests } from './written-as-tests.ts'

type About = Parameters<Yardstick['changes']>[0]

interface Reading {
  readonly git: Pick<Git, 'changes' | 'compose' | 'diff' | 'files' | 'mentioning' | 'show'>
  readonly config: Config
}

/** Words of commands that name a script beside the product: a shell script, or one in a folder of scripts. Pure. */
export const scriptsIn = (commands: readonly string[]): string[] =>
  commands
    .flatMap((command) => command.split(/[\s"'`=;|&()<>]+/))
    .map((word) => word.replace(/^\.\//, ''))
    .filter((word) => /^[\w@.][\w@./-]*$/.test(word) && (/\.(sh|bash)$/.test(word) || /^(scripts?|tools|ci|hack|bin)\/./.test(word)))

/** The files that a Makefile takes in, as patterns, whether they are there or not; names that are put together are not known. Pure. */
export const includedBy = (makefile: string): string[] =>
  [...makefile.matchAll(/^[ ]*[-s]?include[ \t]+([^#\n]+)/gm)]
    .flatMap(([, names = '']) => names.split(/\s+/))
    .filter((name) => /^[\w.*/-]+$/.test(name) && !name.startsWith('/') && !name.includes('..'))
    .map((name) => path.posix.normalize(name))

const makefiles = ['GNUmakefile', 'makefile', 'Makefile']
/** Files that say where Python looks for modules. */
const pathFiles = ['pytest.ini', '.pytest.ini', 'pyproject.toml', 'setup.cfg', 'tox.ini', 'noxfile.py', 'conftest.py', 'tests/conftest.py']

/** Scripts that the checks or the base's own manifest name, with those that they name in turn, and what the checks themselves start, which may be the product as well; and its places. */
async function readBase(
  { git, config }: Reading,
  { project, baseSha }: About,
): Promise<{ scripts: string[]; started: string[]; compared: string[]; marked: string[]; places: Places }> {
  const at = (file: string) => git.show({ project, sha: baseSha, file })
  const definition = findDefinition(project, config.projects[project], await at('cortex.toml'))
  const commands = 'reason' in definition ? [] : [...definition.setup, ...definition.dod].map(commandText)
  const scripts = npmScripts(await at('package.json'))
  const files = new Set(await git.files({ project, sha: baseSha }))
  const named = scriptsIn([...commands, ...Object.values(scripts)])
  const started = startedBy(withScripts(commands, scripts), files)
  const makes = await Promise.all(makefiles.filter((file) => files.has(file)).map(async (file) => (await at(file)) ?? ''))
  const reached = [...named, ...(await reachedFrom([...named, ...started], files, at))]
  const runs = [...new Set([...started, ...reached])].filter((file) => files.has(file))
  const telling = [...runs, ...[...makefiles, ...pathFiles].filter((file) => files.has(file))]
  const texts = await Promise.all(telling.map(async (file) => (await at(file)) ?? ''))
  const lines = [...commands, ...Object.values(scripts), ...texts]
  const places = placesIn(files, runs, lines, targetsIn(makes))
  return {
    scripts: [...reached, ...makes.flatMap(includedBy)],
    started,
    compared: comparedIn(lines, files),
    marked: markedIn(files),
    places,
  }
}

/** Changes that are remembered: more than are verified at a time. */
const MOST_REMEMBERED = 16

/** What is found about a change, for whoever asks next: its commits stay what they are. What could not be found is looked for again. */
function once<Found>(find: (about: About) => Promise<Found>): (about: About) => Promise<Found> {
  const remembered = new Map<string, Promise<Found>>()
  return async (about) => {
    const key = JSON.stringify([about.project, about.baseSha, about.headSha])
    const found = remembered.get(key) ?? find(about)
    remembered.delete(key)
    remembered.set(key, found)
    for (const oldest of [...remembered.keys()].slice(0, -MOST_REMEMBERED)) remembered.delete(oldest)
    try {
      return await found
    } catch (error) {
      if (remembered.get(key) === found) remembered.delete(key)
      throw error
    }
  }
}

/** The `Yardstick` service: the table of ecosystems over what git says of a change. */
export function createYardstick({ git, config }: Reading): Yardstick {
  const readAt = once(async (about: About): Promise<{ kindOf: KindOf; places: Places }> => {
    const own = config.projects[about.project]?.yardstick
    const { scripts, started, compared, marked, places } = await readBase({ git, config }, about)
    const more: MorePatterns = {
      tests: [...config.dod.test_files, ...(own?.test_files ?? [])],
      runners: [...config.dod.runner_files, ...(own?.runner_files ?? []), ...scripts.map((file) => `/${file}`), ...marked],
      started,
      places,
    }
    const base = { project: about.project, sha: about.baseSha }
    const touched = (await git.changes(about)).flatMap(({ change, file, from = file }) => (change === 'added' ? [] : [from]))
    const byName = kindsOf(more)
    const written = await writtenAsTests(
      git,
      base,
      touched.filter((file) => byName(file) === undefined),
    )
    const data = [...compared, ...(await namedByTests(git, base, touched, byName))]
    return { kindOf: kindsOf({ ...more, started: [...started, ...written], data }), places }
  })
  const kindsAt = async (about: About): Promise<KindOf> => (await readAt(about)).kindOf

  const look = once(async (about: About): Promise<Assessment> => {
    const { kindOf, places } = await readAt(about)
    const files = await git.changes(about)
    const texts: Record<string, Texts> = {}
    for (const file of readIn(files, kindOf, places.isAmongThose)) {
      const at = (sha: string) => git.show({ project: about.project, sha, file })
      texts[file] = { base: await at(about.baseSha), head: await at(about.headSha) }
    }
    return assess(files, kindOf, texts, await git.files({ project: about.project, sha: about.baseSha }))
  })

  return {
    changes: async (about) => [...(await look(about)).changes],
    meddling: async (about) => meddlingIn((await git.diff({ ...about, everything: true })).text, await kindsAt(about)),
    ...createCanaries(git, kindsAt),
    watch: async ({ folder, except, ...about }) => {
      const kindOf = await kindsAt(about)
      const files = await git.files({ project: about.project, sha: about.baseSha })
      const held = heldOf(files, kindOf).filter((file) => !except.includes(file))
      return watchFiles(folder, held, kindOf)
    },
    layOver: async (about) => {
      const { restore, remove, write } = await look(about)
      const isSame = restore.length === 0 && remove.length === 0 && Object.keys(write).length === 0
      return isSame ? about.headSha : git.compose({ ...about, restore, remove, write })
    },
  }
}

function npmScripts(manifest: string | null): Record<string, string> {
  try {
    const { scripts } = JSON.parse(manifest ?? '{}') as { scripts?: Record<string, unknown> }
    return Object.fromEntries(Object.entries(scripts ?? {}).flatMap(([name, line]) => (typeof line === 'string' ? [[name, line]] : [])))
  } catch {
    return {} // no manifest that npm could read either
  }
}
