import { existsSync } from 'node:fs'
import type { ProjectConfig } from '../../infra/config/config-schema.ts'
import type { Environment } from '../../infra/config/environment.ts'
import { findRunningServer } from '../../infra/nats/nats-server.ts'
import { ask, type DoctorInput, type Finding, firstLine, missing, optional, well } from './finding.ts'

export function configurationFinding({ loaded }: DoctorInput): Finding {
  if (loaded.file === null) return optional('configuration', 'no cortex.toml; all defaults', 'run "cortex init" to write one')
  return well('configuration', loaded.file)
}

export function systemFinding({ loaded }: DoctorInput): Finding {
  const running = findRunningServer(loaded.dataDir)
  if (running) return well('system', `running at ${running.url} (process ${running.pid}, data ${loaded.dataDir})`)
  return optional('system', `not running on ${loaded.dataDir}`, 'start it with "cortex up"')
}

/** Each project: is there a repository with commits to start from, and a definition of done. */
export async function projectFindings({ loaded, env }: DoctorInput): Promise<Finding[]> {
  const projects = Object.entries(loaded.config.projects)
  if (projects.length === 0) return [optional('projects', 'none configured', 'add a section [projects.<name>] with a path to cortex.toml')]
  return Promise.all(projects.map(([name, project]) => projectFinding(`project ${name}`, project, env)))
}

async function projectFinding(name: string, project: ProjectConfig, env: Environment): Promise<Finding> {
  const start = project.base ?? 'HEAD'
  const found =
    project.path === undefined ? await lookAtRemote(project.url ?? '', start, env) : await lookAtFolder(project.path, start, env)
  if (found.fault !== undefined) return missing(name, found.fault, found.advice)
  if (project.dod === undefined && !found.ownConfiguration)
    return optional(name, `${found.seen}; no definition of done`, `set dod in cortex.toml: without one nothing tells that a change works`)
  return well(name, `${found.seen}${project.dod === undefined ? '; its own cortex.toml may say when it is done' : ''}`)
}

type Look = { seen: string; ownConfiguration: boolean; fault?: undefined } | { fault: string; advice: string }

async function lookAtFolder(path: string, start: string, env: Environment): Promise<Look> {
  if (!existsSync(path)) return { fault: `${path} does not exist`, advice: 'correct its path in cortex.toml' }
  const git = (...args: string[]) => ask(env, 'git', ['-C', path, ...args])
  const repository = await git('rev-parse', '--git-dir')
  if (!repository.ok)
    return {
      fault: `${path} is not a git repository (${repository.reason})`,
      advice: `run "git init" there and commit, or correct its path in cortex.toml`,
    }
  const commit = await git('rev-parse', '--verify', '--short', '--end-of-options', `${start}^{commit}`)
  if (!commit.ok) {
    const any = await git('rev-list', '--all', '--max-count=1')
    const empty = any.ok && any.output.trim() === ''
    return empty
      ? { fault: `${path} has no commits`, advice: 'make a first commit there' }
      : { fault: `${path} has no ${start}`, advice: 'set base to a branch that exists' }
  }
  const own = await git('cat-file', '-e', `${start}:cortex.toml`)
  return { seen: `${path} at ${firstLine(commit.output)}`, ownConfiguration: own.ok }
}

/** The address itself is not repeated: it may hold a password. */
async function lookAtRemote(url: string, start: string, env: Environment): Promise<Look> {
  const quiet = { GIT_TERMINAL_PROMPT: '0', GIT_SSH_COMMAND: 'ssh -o BatchMode=yes' }
  const answer = await ask(env, 'git', ['ls-remote', '--', url, start], quiet)
  if (!answer.ok)
    return {
      fault: `its url cannot be read: ${answer.reason.replaceAll(url, 'the url')}`,
      advice: 'check url and access (git ls-remote <url>)',
    }
  if (answer.output.trim() === '')
    return { fault: `its url has no ${start}`, advice: 'set base to a branch that exists; a new repository needs a first commit' }
  return { seen: `its url has ${start}`, ownConfiguration: false }
}
