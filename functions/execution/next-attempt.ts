import { milliseconds } from '../../bus/duration.ts'
import type { Attempt, Finding, Usage } from '../../domain/catalogue/shared.ts'
import { type Check, checks, isAtWork, isPhase } from '../../domain/phases.ts'
import { durationsOf, type Round, type Task } from '../../domain/task.ts'
import type { Settings } from '../settings.ts'
import { afterRefusal, isRefused } from './after-refusal.ts'

/** The whole loop rule: what follows a round. Pure: no clock but the one that is passed in. */
export type Next =
  | { kind: 'attempt'; attempt: Attempt; feedback: Finding[]; recheck?: Check; wait?: { until: Date; reason: string } }
  | { kind: 'escalate'; reason: string; class: string; findings: Finding[] }
  | { kind: 'nothing' }

type Rules = Pick<Settings, 'limits' | 'budget'> & {
  /** The agents that write code: one that only reviews does not become the implementer. */
  writers: readonly string[]
}

/** Failures of the surroundings cost no attempt, once; nobody wrote bad code. */
const SURROUNDINGS = ['infrastructure', 'retryable', 'sandbox_broken', 'sandbox', 'timeout']
/** No other try can help, or could be believed: a person must act. */
const HOPELESS = ['missing', 'permanent', 'flaky']
/** The agent came to no code: what was found before is as true as ever. */
const IDLE = ['no_change', 'denied', 'stuck', 'limit']

export const nextAttempt = (task: Task, rules: Rules, now: Date): Next => {
  const last = task.rounds.at(-1)
  if (!last) return first(task)
  if (!last.outcome || last.outcome === 'passed') return { kind: 'nothing' }
  const next = afterLoss(task, last, rules, now)
  return next.kind === 'escalate' ? withTrueCause(task, last, next) : next
}

const afterLoss = (task: Task, last: Round, rules: Rules, now: Date): Next => {
  const stop = spent(task, rules, now) ?? circling(task, rules)
  if (stop) return { kind: 'escalate', ...stop, findings: [...last.findings] }
  if (isRefused(last)) return refused(task, last, rules, now)
  if (HOPELESS.includes(last.class ?? '')) return escalate(last, last.reason ?? 'the agent cannot run here', last.class!)
  return last.outcome === 'review.rejected' ? handoff(last, rules) : again(task, last, rules)
}

/** A model that refuses costs no attempt and no round, however often: it is waited for, or another one goes on. */
const refused = (task: Task, last: Round, { writers, limits }: Rules, now: Date): Next => {
  const next = afterRefusal(task.rounds, { writers, modelWait: limits.model_wait }, now)
  if (next.kind === 'waited') return escalate(last, next.reason, last.class!)
  const wait = next.at > now ? { wait: { until: next.at, reason: next.why } } : {}
  return { kind: 'attempt', attempt: next.attempt, feedback: feedbackBefore(task), ...wait }
}

/** Whether the checks of new code found no end: a loop in it, or a test that waits for ever, and the findings say where. */
const isHanging = ({ outcome, class: cls, findings }: Round): boolean =>
  outcome === 'dod.failed' && cls === 'timeout' && findings.length > 0

const isOfSurroundings = (round: Round): boolean => SURROUNDINGS.includes(round.class ?? '') && !isHanging(round)

/** Whether a round says nothing about the code: nobody wrote any, or the surroundings failed. */
const isMute = (round: Round): boolean =>
  round.outcome === undefined || isOfSurroundings(round) || [...HOPELESS, ...IDLE].includes(round.class ?? '')

/** The last findings that say something about the code: what came after them and says nothing does not make them untrue. */
const lastFindings = (task: Task): Finding[] => [...(task.rounds.findLast((round) => !isMute(round))?.findings ?? [])]

const withTrueCause = (task: Task, last: Round, next: Extract<Next, { kind: 'escalate' }>): Next => {
  const before = isMute(last) ? lastFindings(task) : []
  if (before.length === 0) return next
  const reason = `${next.reason}; found before that: ${before[0]!.problem.slice(0, 500)}`
  return { ...next, reason, findings: [...before, ...next.findings] }
}

const escalate = (last: Round, reason: string, cls: string): Next => ({
  kind: 'escalate',
  reason,
  class: cls,
  findings: [...last.findings],
})

const first = (task: Task): Next => {
  if (!task.routed || !task.workspace)
    return { kind: 'escalate', reason: 'its plan was approved, but no commit to start from is known', class: 'permanent', findings: [] }
  const { implementer, reviewer } = task.routed
  const attempt = { n: 1, handoff: 0, implementer, reviewer, baseSha: task.workspace.sha }
  return { kind: 'attempt', attempt, feedback: guidanceOf(task) }
}

/** What the agent of the very first round is told: the latest guidance of the person who wants it tried again; the plan follows all of it. */
const guidanceOf = (task: Task): Finding[] => task.guidance.slice(-2).map((problem) => ({ from: 'person', problem }))

/** The reviewer becomes the implementer, with its findings as feedback. */
const handoff = (last: Round, { limits, writers }: Rules): Next => {
  const { attempt } = last
  if (attempt.handoff >= limits.handoffs) return escalate(last, `review rejected the work after ${limits.handoffs} handoffs`, 'handoffs')
  const swapped = writers.includes(attempt.reviewer) ? { implementer: attempt.reviewer, reviewer: attempt.implementer } : {}
  return {
    kind: 'attempt',
    attempt: { ...attempt, handoff: attempt.handoff + 1, ...swapped },
    feedback: [...last.findings],
  }
}

const again = (task: Task, last: Round, { limits }: Rules): Next => {
  const { attempt } = last
  if (isHanging(last) && counted(task).filter(isHanging).length > 1)
    return escalate(last, `the checks ran out of time again, on other code: ${last.reason}`, last.class!)
  if (isOfSurroundings(last)) {
    const before = counted(task).filter((round) => round.attempt.n === attempt.n && isOfSurroundings(round)).length
    // The same attempt once more; what the agent was told then still holds.
    if (before <= 1) return { kind: 'attempt', attempt, feedback: feedbackBefore(task), ...recheckOf(last) }
    return escalate(last, `${last.outcome} again for want of the surroundings: ${last.reason}`, last.class!)
  }
  if (attempt.n >= limits.attempts)
    return escalate(last, `${attempt.n} attempts did not pass: ${last.reason ?? last.outcome}`, classOfEnd(last, 'attempts'))
  return {
    kind: 'attempt',
    attempt: { ...attempt, n: attempt.n + 1, handoff: 0 },
    feedback: [...(isMute(last) ? lastFindings(task) : []), ...last.findings],
  }
}

/** Tools that were denied are for the operator to allow, however the loop ended. */
const classOfEnd = (last: Round, otherwise: string): string => (last.class === 'denied' ? 'denied' : otherwise)

/** A check that could not be carried out says nothing about the code: it is done again on the same code. */
const recheckOf = ({ outcome }: Round): { recheck?: Check } => {
  const recheck = checks.find((check) => outcome === `${check}.failed`)
  return recheck ? { recheck } : {}
}

const feedbackBefore = (task: Task): Finding[] => {
  const found = lastFindings(task)
  return found.length > 0 ? found : guidanceOf(task)
}

/** Time at work in this run: what a person takes to decide, and waiting for a model, costs nothing. */
const workedMs = (task: Task, now: Date): number => {
  const run = task.phases.slice(task.phases.findLastIndex(({ phase }) => phase === 'created') + 1)
  const durations = durationsOf({ ...task, phases: run }, now.toISOString())
  const atWork = Object.entries(durations).reduce((sum, [phase, ms]) => (isPhase(phase) && isAtWork(phase) ? sum + ms : sum), 0)
  return Math.max(0, atWork - task.postponedMs)
}

/** The rounds in which somebody worked. */
const counted = ({ rounds }: Task): Round[] => rounds.filter((round) => !isRefused(round))

/** Every run has the whole budget: who retries a task wants as much done as the first time. */
const spent = (task: Task, { budget }: Rules, now: Date): { reason: string; class: string } | undefined => {
  const { runUsage: usage } = task
  const tokens = tokensOf(usage)
  const minutes = Math.round(workedMs(task, now) / 60_000)
  const rounds = counted(task).length
  const over = [
    rounds >= budget.rounds ? `${rounds} of ${budget.rounds} rounds` : '',
    minutes * 60_000 >= milliseconds(budget.time) ? `${minutes} minutes of ${budget.time}` : '',
    budget.tokens !== undefined && tokens >= budget.tokens ? `${tokens} of ${budget.tokens} tokens` : '',
    budget.usd !== undefined && (usage.costUsd ?? 0) >= budget.usd ? `${usd(usage)} of ${budget.usd} USD` : '',
  ].filter(Boolean)
  return over.length > 0 ? { reason: `the budget is spent: ${over.join(', ')}${inAll(task)}`, class: 'budget' } : undefined
}

const tokensOf = ({ inputTokens, outputTokens }: Usage): number => inputTokens + outputTokens
const usd = ({ costUsd = 0 }: Usage): string => costUsd.toFixed(2)

/** What a task that was retried has cost with all its runs. */
const inAll = ({ run, usage }: Task): string => {
  if (run === 0) return ''
  return `; its ${run + 1} runs took ${tokensOf(usage)} tokens in all${usage.costUsd === undefined ? '' : ` (${usd(usage)} USD)`}`
}

/** The same finding again and again: agents that go in circles need a person. */
const circling = (task: Task, { limits }: Rules): { reason: string; class: string } | undefined => {
  const recent = counted(task).slice(-limits.same_finding)
  if (recent.length < limits.same_finding) return undefined
  const same = recent[0]!.findings.find((finding) =>
    recent.every((round) => round.findings.some((other) => keyOf(other) === keyOf(finding))),
  )
  return same
    ? {
        reason: `the same finding ${limits.same_finding} times in a row: ${same.problem.slice(0, 300)}`,
        class: classOfEnd(recent.at(-1)!, 'same_finding'),
      }
    : undefined
}

/** Findings are the same when they say the same of the same place; numbers in them (lines, durations) do not count. */
const keyOf = (finding: Finding): string =>
  [finding.from, finding.criterion ?? '', finding.file ?? '', finding.problem.replace(/\d+(\.\d+)?/g, '#')].join('|')
