import type { FailureClass } from '../../domain/catalogue/shared.ts'
import type { Failure } from '../../functions/failure.ts'
import type { ProcessResult } from '../processes/processes.ts'
import { classOfWords, commandsAllClosed, sandboxComplaint } from './classify.ts'
import type { ParsedOutput } from './parsed-output.ts'
import type { AgentRole, OutputFormat } from './resolved-agent.ts'

export interface Ended {
  agent: string
  role: AgentRole
  output: OutputFormat
  timeoutMs: number
  /** Why we ended it as stuck, if we did. */
  stuck?: string | undefined
  parsed: ParsedOutput
  process: Pick<
    ProcessResult,
    'exitCode' | 'signal' | 'stdout' | 'stderr' | 'timedOut' | 'exceeded' | 'endedAfterLastLine' | 'startFailure'
  >
}

function failure(ended: Ended, failureClass: FailureClass, words: string): Failure {
  return { class: failureClass, reason: `Agent "${ended.agent}" (${ended.role}): ${words.trim().slice(0, 600)}` }
}

function lastWords(said: string): string {
  const lines = said
    .trim()
    .split('\n')
    .filter((line) => line.trim() !== '')
  return lines.slice(-3).join(' ').slice(-400)
}

function neverStarted(ended: Ended, start: { code: string; message: string }): Failure {
  if (start.code !== 'ENOENT') return failure(ended, 'infrastructure', `${start.message}.`)
  return failure(ended, 'missing', `${start.message}. Install it, or change [agents.${ended.agent}] in cortex.toml.`)
}

function withoutResult(ended: Ended): Failure {
  const { exitCode, stderr } = ended.process
  // A sandbox tells of a signal as shells do.
  const signal = ended.process.signal ?? (exitCode === 137 ? 'SIGKILL' : exitCode === 143 ? 'SIGTERM' : null)
  // What is not a language of its own is for people, and some tell them all on stdout.
  const plain = ended.output === 'text' || ended.output === 'json' ? lastWords(ended.process.stdout) : ''
  const said = lastWords(stderr) || plain
  if (signal)
    return failure(
      ended,
      'infrastructure',
      `ended by ${signal} from outside before it answered. Look for a lack of memory if it happens again.`,
    )
  if (exitCode === 0) return failure(ended, 'bad_output', 'ended without a result we can read. See its log.')
  if (/^bwrap: /.test(said)) return failure(ended, 'infrastructure', `never began, because its sandbox could not be made: ${said}`)
  return failure(ended, classOfWords(said), `ended with exit code ${exitCode} and no result${said ? `: ${said}` : ' or reason'}`)
}

/**
 * Null when the run succeeded, else why it did not. What the agent itself says comes first, then the clock, then the exit
 * code: an agent can say "success" and exit with 1, or exit with 0 and have said nothing.
 */
export function judgeRun(ended: Ended): Failure | null {
  const { parsed, process: run } = ended
  if (run.startFailure) return neverStarted(ended, run.startFailure)
  if (ended.stuck !== undefined) return failure(ended, 'stuck', `was ended because it was stuck: ${ended.stuck}.`)
  if (run.exceeded) return failure(ended, 'limit', `was ended because ${run.exceeded} ([sandbox] in cortex.toml).`)
  const closed = ended.role === 'implement' ? commandsAllClosed(parsed.commands ?? []) : null
  if (closed) return failure(ended, 'sandbox_broken', `none of its commands could work, because of the sandbox: ${closed}`)
  if (parsed.outcome === 'failure') return failure(ended, parsed.failureClass ?? 'bad_output', parsed.message ?? 'failed without a reason')
  const endedWell = run.exitCode === 0 || run.endedAfterLastLine || (run.timedOut && ended.output !== 'text')
  if (parsed.outcome === 'success' && endedWell) {
    const answered = parsed.text.trim() !== '' || parsed.structured !== undefined || ended.role === 'implement'
    return answered ? null : failure(ended, 'bad_output', 'ended with an empty answer.')
  }
  if (run.timedOut)
    return failure(
      ended,
      'timeout',
      `not done after ${Math.round(ended.timeoutMs / 1000)} s and ended. Give it more time or a smaller task.`,
    )
  const complaint = sandboxComplaint(run.stderr)
  if (complaint) return failure(ended, 'sandbox_broken', `its sandbox does not work here: ${complaint.trim()}`)
  if (parsed.outcome === 'success' && ended.output !== 'text') {
    return failure(ended, 'bad_output', `said it succeeded, but ended with exit code ${run.exitCode}. ${lastWords(run.stderr)}`)
  }
  if (ended.output === 'text' && run.exitCode === 0 && ended.role === 'implement') return null
  return withoutResult(ended)
}
