import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { ownEnvironment } from '../../infra/config/config.ts'
import { findOnPath } from '../../infra/setup/cache.mjs'
import type { RunCommand } from '../command.ts'
import { CommandFault, Exit } from '../fault.ts'
import { checksOf, initialToml, projectName } from '../init/init-project.ts'
import { type KnownFiles, knownFiles } from '../init/known-files.ts'

/** Writes a cortex.toml for the repository in this folder, and never over one that is there. */
const init: RunCommand = async (_given, terminal) => {
  const folder = process.cwd()
  const top = repositoryAround(folder)
  if (top !== undefined && top !== folder)
    throw new CommandFault(Exit.usage, [
      `this folder lies in the repository ${top}, and a project is a whole one: run "cortex init" there, and name in dod what tests this part of it`,
    ])
  const file = join(folder, 'cortex.toml')
  const checks = checksOf(readKnown(folder))
  const env = ownEnvironment()
  const agents = ['claude', 'codex'].filter((name) => findOnPath(name, env) !== null)
  const name = projectName(basename(folder))
  writeNew(file, initialToml({ name, checks, agents }))
  const repository = top !== undefined
  terminal.result(
    { file, project: name, setup: checks.setup, dod: checks.dod, agents, repository },
    `${whatIsWritten(file, checks, agents, repository)}\n${terminal.typed(NEXT)}`,
  )
  return Exit.done
}
export default init

/** The nearest folder from here upwards that git works in. */
const repositoryAround = (folder: string): string | undefined => {
  if (existsSync(join(folder, '.git'))) return folder
  return dirname(folder) === folder ? undefined : repositoryAround(dirname(folder))
}

const readKnown = (folder: string): KnownFiles =>
  Object.fromEntries(knownFiles.filter((name) => existsSync(join(folder, name))).map((name) => [name, contentOf(join(folder, name))]))

const contentOf = (path: string): string => (statSync(path).isFile() ? readFileSync(path, 'utf8') : '')

const writeNew = (file: string, content: string): void => {
  try {
    writeFileSync(file, content, { flag: 'wx' })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST')
      throw new CommandFault(Exit.usage, [`${file} is there already and stays as it is; remove it to have a new one made`])
    throw error
  }
}

const whatIsWritten = (
  file: string,
  checks: { dod: readonly string[]; from: string },
  agents: readonly string[],
  repository: boolean,
): string =>
  [
    `wrote ${file}`,
    checks.dod.length > 0
      ? `  definition of done: ${checks.dod.join(', ')} (from ${checks.from})`
      : '  definition of done: none found; fill in "dod"',
    `  agents: ${agents.join(', ') || 'none on PATH; install claude or codex and add it to the file'}`,
    ...(repository ? [] : ['  this folder is no git repository yet: git init, and commit what is here']),
  ].join('\n')

const NEXT = `next:
  cortex doctor    is everything here that is needed?
  cortex run "<what to do>" --follow`
