import type { Attempt, BlobRef, Finding, Usage } from './catalogue/shared.ts'
import type { Fact } from './fact.ts'

/** State is a fold: everything the system knows of a task, made of its facts alone. */

export type Phase =
  | 'created'
  | 'blocked'
  | 'queued'
  | 'planning'
  | 'gate'
  | 'coding'
  | 'reviewing'
  | 'scanning'
  | 'verifying'
  | 'finishing'
  | 'answering'
  | 'completed'
  | 'failed'
  | 'escalated'
  | 'cancelled'

/** What came of one round of the loop. */
export interface Round {
  readonly attempt: Attempt
  readonly outcome?: 'code.failed' | 'review.rejected' | 'scan.failed' | 'dod.failed' | 'dod.passed'
  readonly class?: string
  readonly reason?: string
  readonly findings: readonly Finding[]
}

export interface Head {
  readonly sha: string
  readonly bundle: BlobRef
  readonly diff: BlobRef
  readonly files: readonly string[]
}

export interface Task {
  readonly id: string
  /** Highest sequence of its facts: what a guard compares. 0 when there are none. */
  readonly sequence: number
  readonly phase: Phase
  readonly created?: Fact<'task.created'>['data']
  readonly createdAt: string
  readonly updatedAt: string
  readonly priority: number
  /** How often it was retried by a person. */
  readonly run: number
  readonly guidance: readonly string[]
  readonly waitingFor: readonly string[]
  readonly routed?: Fact<'task.routed'>['data']
  readonly startedAt?: string
  /** The commit the plan was made on. */
  readonly workspace?: { readonly project: string; readonly sha: string; readonly bundle?: BlobRef }
  readonly plan?: Fact<'plan.drafted'>['data']
  readonly planRevision: number
  /** Refused answers of the planner since the last complete plan. */
  readonly planRefusals: readonly (readonly string[])[]
  readonly wishes: readonly string[]
  readonly gate?: { readonly planHash: string; readonly expiresAt: string; readonly openedAt: string }
  readonly approvals: readonly { readonly planHash: string; readonly by: string; readonly channel: string }[]
  readonly rounds: readonly Round[]
  readonly head?: Head
  /** Reviewers that gave no verdict on the present head. */
  readonly silentReviewers: readonly string[]
  readonly usage: Usage
  /** Every phase it entered, in order. */
  readonly phases: readonly { readonly phase: Phase; readonly at: string }[]
  /** Who or what it waits for at this moment, for people: an agent, a lane. */
  readonly working?: string
  readonly end?: { readonly type: string; readonly reason: string; readonly class: string; readonly at: string }
  readonly outcome?: Fact<'task.completed'>['data']['outcome']
  readonly finishing?: { readonly branch: string; readonly sha: string }
}

export const noUsage: Usage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 }

export const initialTask = (id: string): Task => ({
  id,
  sequence: 0,
  phase: 'created',
  createdAt: '',
  updatedAt: '',
  priority: 5,
  run: 0,
  guidance: [],
  waitingFor: [],
  planRevision: 0,
  planRefusals: [],
  wishes: [],
  approvals: [],
  rounds: [],
  silentReviewers: [],
  usage: noUsage,
  phases: [],
})

export const addUsage = (a: Usage, b: Usage): Usage => ({
  inputTokens: a.inputTokens + b.inputTokens,
  outputTokens: a.outputTokens + b.outputTokens,
  cacheReadTokens: a.cacheReadTokens + b.cacheReadTokens,
  cacheWriteTokens: a.cacheWriteTokens + b.cacheWriteTokens,
  ...(a.costUsd === undefined && b.costUsd === undefined ? {} : { costUsd: (a.costUsd ?? 0) + (b.costUsd ?? 0) }),
})

const enter = (task: Task, phase: Phase, event: Fact, more: Partial<Task> = {}): Task => ({
  ...task,
  phase,
  phases: task.phases.at(-1)?.phase === phase ? task.phases : [...task.phases, { phase, at: event.time }],
  working: undefined,
  ...more,
})

const ended = (task: Task, phase: Phase, event: Fact, reason: string, cls: string): Task =>
  enter(task, phase, event, { end: { type: event.type, reason, class: cls, at: event.time } })

/** Closes the present round with what came of it. */
const closeRound = (task: Task, closing: Omit<Round, 'attempt'> & { attempt?: Attempt }): Partial<Task> => {
  const last = task.rounds.at(-1)
  return last ? { rounds: [...task.rounds.slice(0, -1), { ...last, ...closing }] } : {}
}

const spent = (task: Task, usage: Usage): Partial<Task> => ({ usage: addUsage(task.usage, usage) })

/** A person wants it tried again: what was planned and written before does not count any more. */
const reopened = (task: Task, event: Fact<'task.retried'>): Task =>
  enter(
    {
      ...initialTask(task.id),
      sequence: task.sequence,
      updatedAt: event.time,
      created: task.created,
      createdAt: task.createdAt,
      priority: task.priority,
      phases: task.phases,
      usage: task.usage,
      run: task.run + 1,
      guidance: event.data.guidance ? [...task.guidance, event.data.guidance] : task.guidance,
    },
    'created',
    event,
  )

const RECHECKS = { scan: 'scanning', dod: 'verifying' } as const
const STAGES = { plan: 'planning', code: 'coding', answer: 'answering' } as const

/** Whether the plan that waits at the gate was approved, by its hash. */
export const isApproved = (task: Task): boolean =>
  task.gate !== undefined && task.approvals.some((approval) => approval.planHash === task.gate?.planHash)

/** The fold over one fact. Facts after an end are ignored, but for the two that open the task again. */
export const evolve = (before: Task, event: Fact): Task => {
  const task: Task = { ...before, sequence: Math.max(before.sequence, event.sequence), updatedAt: event.time }
  if (event.type === 'task.retried') return before.end ? reopened(task, event) : task
  if (event.type === 'task.resumed')
    return before.end ? enter(task, before.phases.at(-2)?.phase ?? 'created', event, { end: undefined }) : task
  return before.end ? { ...before, sequence: task.sequence } : apply(task, event)
}

const apply = (task: Task, event: Exclude<Fact, Fact<'task.retried' | 'task.resumed'>>): Task => {
  switch (event.type) {
    case 'task.created':
      return task.created
        ? task
        : enter(task, 'created', event, { created: event.data, createdAt: event.time, priority: event.data.priority })
    case 'task.routed':
      return enter(task, 'queued', event, { routed: event.data, waitingFor: [] })
    case 'task.blocked':
      return enter(task, 'blocked', event, { waitingFor: event.data.waitingFor })
    case 'task.started':
      return enter(task, STAGES[event.data.stage], event, { startedAt: task.startedAt ?? event.time })
    case 'task.reprioritised':
      return { ...task, priority: event.data.priority }
    case 'task.completed':
      return { ...ended(task, 'completed', event, 'done', 'completed'), outcome: event.data.outcome }
    case 'task.failed':
      return ended(task, 'failed', event, event.data.reason, event.data.class)
    case 'task.escalated':
      return ended(task, 'escalated', event, event.data.reason, event.data.class)
    case 'task.cancelled':
      return ended(task, 'cancelled', event, event.data.reason || `cancelled by ${event.data.by}`, 'cancelled')
    case 'reasoning.requested':
      return {
        ...task,
        working: event.data.agent,
        ...(event.data.purpose === 'plan' && event.data.workspace ? { workspace: event.data.workspace } : {}),
      }
    case 'browser.asked':
    case 'cli.asked':
    case 'api.asked':
      return { ...task, working: `${event.data.agent} (${event.data.lane})` }
    case 'plan.answered':
    case 'review.answered':
    case 'answer.answered':
    case 'plan.unanswered':
    case 'review.unanswered':
    case 'answer.unanswered':
      return { ...task, working: undefined, ...spent(task, event.data.usage) }
    default:
      return applyLoop(task, event)
  }
}

type LoopFact = Exclude<
  Fact,
  Fact<
    | 'task.created'
    | 'task.routed'
    | 'task.blocked'
    | 'task.started'
    | 'task.reprioritised'
    | 'task.completed'
    | 'task.failed'
    | 'task.escalated'
    | 'task.cancelled'
    | 'task.retried'
    | 'task.resumed'
    | 'reasoning.requested'
    | 'browser.asked'
    | 'cli.asked'
    | 'api.asked'
    | 'plan.answered'
    | 'plan.unanswered'
    | 'review.answered'
    | 'review.unanswered'
    | 'answer.answered'
    | 'answer.unanswered'
  >
>

const applyLoop = (task: Task, event: LoopFact): Task => {
  switch (event.type) {
    case 'plan.drafted':
      return { ...task, plan: event.data, planRevision: event.data.revision, planRefusals: [], wishes: task.wishes }
    case 'plan.refused':
      return enter(task, 'planning', event, { planRefusals: [...task.planRefusals, event.data.faults] })
    case 'plan.questioned':
      return enter(task, 'planning', event, { wishes: [...task.wishes, event.data.reason], gate: undefined, planRefusals: [] })
    case 'plan.approved':
      return { ...task, approvals: [...task.approvals, { planHash: event.data.planHash, by: event.data.by, channel: event.data.channel }] }
    case 'gate.opened':
      return enter(task, 'gate', event, { gate: { planHash: event.data.planHash, expiresAt: event.data.expiresAt, openedAt: event.time } })
    case 'attempt.started':
      return enter(task, event.data.recheck ? RECHECKS[event.data.recheck] : 'coding', event, {
        gate: undefined,
        rounds: [...task.rounds, { attempt: event.data.attempt, findings: [] }],
        silentReviewers: [],
        working: event.data.recheck ? undefined : event.data.attempt.implementer,
      })
    case 'code.started':
      return { ...task, working: event.data.agent }
    case 'code.written': {
      const { headSha: sha, bundle, diff, files, usage } = event.data
      return enter(task, 'reviewing', event, { head: { sha, bundle, diff, files }, silentReviewers: [], ...spent(task, usage) })
    }
    case 'code.failed':
      return {
        ...task,
        ...spent(task, event.data.usage),
        ...closeRound(task, {
          outcome: 'code.failed',
          class: event.data.class,
          reason: event.data.reason,
          findings: [{ from: 'code', problem: event.data.reason }],
        }),
      }
    case 'review.passed':
      return enter(task, 'scanning', event)
    case 'review.rejected':
      return { ...task, ...closeRound(task, { outcome: 'review.rejected', findings: event.data.findings, attempt: event.data.attempt }) }
    case 'review.unavailable':
      return { ...task, silentReviewers: [...task.silentReviewers, event.data.reviewer] }
    case 'scan.passed':
      return enter(task, 'verifying', event)
    case 'scan.failed': {
      const { class: cls, reason, findings } = event.data
      return { ...task, ...closeRound(task, { outcome: 'scan.failed', class: cls, reason, findings }) }
    }
    case 'dod.passed':
      return enter(task, 'finishing', event, closeRound(task, { outcome: 'dod.passed', findings: [] }))
    case 'dod.failed': {
      const { class: cls, reason, findings } = event.data
      return { ...task, ...closeRound(task, { outcome: 'dod.failed', class: cls, reason, findings }) }
    }
    case 'finish.started':
      return { ...task, finishing: event.data }
    case 'plan.rejected':
    case 'gate.reminded':
    case 'gate.expired':
    case 'task.overdue':
    case 'notification.sent':
    case 'request.refused':
    case 'request.repeated':
    case 'function.failed':
      return task
    default:
      event satisfies never
      return task
  }
}

/** Milliseconds spent in each phase, to the present or to the end. */
export const durationsOf = (task: Task, now: string): Record<string, number> => {
  const durations: Record<string, number> = {}
  for (const [index, { phase, at }] of task.phases.entries()) {
    const until = task.phases[index + 1]?.at ?? now
    if (['completed', 'failed', 'escalated', 'cancelled'].includes(phase)) continue
    durations[phase] = (durations[phase] ?? 0) + Math.max(0, Date.parse(until) - Date.parse(at))
  }
  return durations
}
