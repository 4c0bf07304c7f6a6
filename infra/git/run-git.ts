import { type ExecFileException, execFile } from 'node:child_process'
import { realpath, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Environment } from '../config/environment.ts'
import { atExit } from '../nats/exit-guard.ts'
import { createAnswerMemory } from './answer-memory.ts'
import { attributesEnvironment, builtEnvironment, settings } from './git-environment.ts'
import { GitProblem, withoutCredentials } from './git-problem.ts'

interface GitCall {
  cwd: string
  input?: string
  /** Added to the built environment: GIT_DIR, GIT_INDEX_FILE, dates. */
  variables?: Record<string, string>
  /** Exit codes that are answers and not failures; 0 always is. */
  accept?: number[]
  timeoutMs?: number
  /** Its answer follows from the full commit ids in its argv alone, which never changes: it is asked once. */
  lasting?: boolean
  /** Each byte of what it prints is one sign of the answer, as in latin1; else it is read as UTF-8. */
  bytes?: boolean
  /** Where the person's and the machine's own attributes count: for `check-attr` alone, which runs no program. */
  ownAttributes?: boolean
}
interface GitAnswer {
  exitCode: number
  stdout: string
  stderr: string
}
/** Runs git with an argv and answers what it printed. Throws `GitProblem` with git's own words when it fails. */
export type RunGit = (argv: string[], call: GitCall) => Promise<GitAnswer>

/** A lock older than this has lost its process: git holds its locks for milliseconds. */
const staleLockMs = 5_000
const lockPatienceMs = 20_000

function lockFile(stderr: string): string | null {
  const config = /could not lock config file (.+): File exists/.exec(stderr)?.[1]
  return /Unable to create '([^']+\.lock)': File exists/.exec(stderr)?.[1] ?? (config === undefined ? null : `${config}.lock`)
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

type Ended = GitAnswer & { error: ExecFileException | null }

/** One process, which is ended with ours. */
function runOnce(argv: string[], call: GitCall, env: Record<string, string>): Promise<Ended> {
  return new Promise((resolve) => {
    const encoding: BufferEncoding = call.bytes ? 'latin1' : 'utf8'
    const options = { cwd: call.cwd, env, timeout: call.timeoutMs ?? 600_000, maxBuffer: 256 * 1024 * 1024, encoding }
    const child = execFile('git', argv, options, (error, stdout, stderr) => {
      forget()
      resolve({ exitCode: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr, error })
    })
    const forget = atExit(() => child.kill())
    // One that ends before it has read its input says itself why.
    child.stdin?.on('error', () => undefined)
    child.stdin?.end(call.input ?? '')
  })
}

/** Git as a child process with an environment of our own making; a lock that a dead process left in `ownFolder` is removed after 5 seconds. */
export function createRunGit(env: Environment, ownFolder: string): RunGit {
  const [base, withAttributes] = [builtEnvironment(env), attributesEnvironment(env)]
  const memory = createAnswerMemory<GitAnswer>()

  async function ask(argv: string[], call: GitCall): Promise<GitAnswer> {
    const patience = Date.now() + lockPatienceMs
    for (;;) {
      const { error, ...answer } = await runOnce([...settings, ...argv], call, {
        ...(call.ownAttributes ? withAttributes : base),
        ...call.variables,
      })
      if (answer.exitCode === 0) return answer
      const lock = lockFile(answer.stderr)
      if (lock && Date.now() < patience) {
        await yieldToLock(path.resolve(call.cwd, lock), ownFolder)
        continue
      }
      if (call.accept?.includes(answer.exitCode)) return answer
      if (error?.code === 'ENOENT') {
        throw new GitProblem(`git could not be started in ${call.cwd}: it is not installed, or the folder is gone.`, {
          advice: 'Install git, or bring the folder back.',
        })
      }
      throw new GitProblem(words(argv, answer, call.cwd, error?.killed ? 'took too long' : 'failed'), { cause: error })
    }
  }

  return async (argv, call) => {
    if (!call.lasting) return ask(argv, call)
    const known = memory.get(argv, call.cwd)
    if (known) return known
    const answer = await ask(argv, call)
    if (answer.exitCode === 0) memory.keep(argv, call.cwd, answer)
    return answer
  }
}
