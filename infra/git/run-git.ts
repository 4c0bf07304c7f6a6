import { realpath, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { execa } from 'execa'
import { type Environment, pickVariables } from '../config/environment.ts'
import { GitProblem, withoutCredentials } from './git-problem.ts'

interface GitCall {
  cwd: string
  input?: string
  /** Added to the built environment: GIT_DIR, GIT_INDEX_FILE, dates. */
  variables?: Record<string, string>
  /** Exit codes that are answers and not failures; 0 always is. */
  accept?: number[]
  timeoutMs?: number
}
interface GitAnswer {
  exitCode: number
  stdout: string
  stderr: string
}
/** Runs git with an argv and answers what it printed. Throws `GitProblem` with git's own words when it fails. */
export type RunGit = (argv: string[], call: GitCall) => Promise<GitAnswer>

/** Settings no repository may override: no hooks, no programs named in a configuration, no background work, plain file names. */
const settings = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.quotePath=false',
  'core.askPass=',
  'commit.gpgSign=false',
  'diff.external=',
  'fetch.prune=false',
  'gc.auto=0',
  'maintenance.auto=false',
  'pack.threads=1',
  'protocol.ext.allow=never',
  'submodule.recurse=false',
].flatMap((setting) => ['-c', setting])

const passedOn = [
  'PATH',
  'HOME',
  'SSH_AUTH_SOCK',
  'GIT_ASKPASS',
  'HTTPS_PROXY',
  'HTTP_PROXY',
  'NO_PROXY',
  'SSL_CERT_FILE',
  'GIT_SSL_CAINFO',
]

function builtEnvironment(source: Environment): Record<string, string> {
  return {
    ...pickVariables(source, passedOn),
    GIT_SSH_COMMAND: source['GIT_SSH_COMMAND'] ?? 'ssh -oBatchMode=yes',
    LC_ALL: 'C.UTF-8',
    LANGUAGE: 'en',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_AUTHOR_NAME: 'Cortex',
    GIT_AUTHOR_EMAIL: 'cortex@localhost',
    GIT_COMMITTER_NAME: 'Cortex',
    GIT_COMMITTER_EMAIL: 'cortex@localhost',
  }
}

/** A lock older than this has lost its process: git holds its locks for milliseconds. */
const staleLockMs = 5_000
const lockPatienceMs = 20_000

function lockFile(stderr: string): string | null {
  return /Unable to create '([^']+\.lock)': File exists/.exec(stderr)?.[1] ?? null
}

/** Waits a little for the holder of the lock. One in our own folder whose process is surely gone is removed; never one of the person. */
async function yieldToLock(file: string, ownFolder: string): Promise<void> {
  const found = await stat(file).catch(() => null) // gone already: the holder has finished
  const folder = await realpath(path.dirname(file)).catch(() => '') // gone with it
  const own = folder.startsWith(`${await realpath(ownFolder)}${path.sep}`)
  if (own && found && Date.now() - found.mtimeMs > staleLockMs) await rm(file, { force: true })
  else await pause(100)
}

function words(argv: string[], answer: { stderr: string }, cwd: string, why: string): string {
  const said = withoutCredentials(answer.stderr.trim().split('\n').slice(-3).join(' ').slice(0, 500))
  return `git ${argv[0]} ${why} in ${cwd}${said ? `: ${said}` : ''}`
}

/** Git as a child process with an environment of our own making; a lock that a dead process left in `ownFolder` is removed after 5 seconds. */
export function createRunGit(env: Environment, ownFolder: string): RunGit {
  const base = builtEnvironment(env)
  return async (argv, call) => {
    const patience = Date.now() + lockPatienceMs
    for (;;) {
      const result = await execa('git', [...settings, ...argv], {
        cwd: call.cwd,
        env: { ...base, ...call.variables },
        extendEnv: false,
        input: call.input ?? '',
        reject: false,
        stripFinalNewline: false,
        timeout: call.timeoutMs ?? 600_000,
        maxBuffer: 256 * 1024 * 1024,
      })
      const answer = { exitCode: result.exitCode ?? -1, stdout: result.stdout, stderr: result.stderr }
      if (answer.exitCode === 0) return answer
      const lock = lockFile(answer.stderr)
      if (lock && Date.now() < patience) {
        await yieldToLock(path.resolve(call.cwd, lock), ownFolder)
        continue
      }
      if (call.accept?.includes(answer.exitCode)) return answer
      if (result.code === 'ENOENT' && result.exitCode === undefined) {
        throw new GitProblem(`git could not be started in ${call.cwd}: it is not installed, or the folder is gone.`)
      }
      throw new GitProblem(words(argv, answer, call.cwd, result.timedOut ? 'took too long' : 'failed'), { cause: result.cause })
    }
  }
}
