import type { BlobRef } from '../bus/blobs.ts'
import type { BaseChecked } from './catalogue/base.ts'
import type { Judged } from './catalogue/checks.ts'
import type { Attempt, Drift, Finding, Saw, Usage, YardstickChange } from './catalogue/shared.ts'
import type { Fact } from './fact.ts'
import { type CheckFailed, isOver, type Phase, type Step } from './phases.ts'

/** State is a fold: everything the system knows of a task, made of its facts alone. */

/** What came of one round of the loop. */
export interface Round {
  readonly attempt: Attempt
  /** How it was lost, or `passed`: every check was. */
  readonly outcome?: 'code.failed' | 'review.rejected' | CheckFailed | 'passed'
  readonly class?: string
  readonly reason?: string
  readonly findings: readonly Finding[]
  /** When it was lost, ISO 8601; and of a model that refused, when it takes questions again. */
  readonly at?: string
  readonly until?: string | undefined
}

export interface Head {
  readonly sha: string
  readonly bundle: BlobRef
  readonly diff: BlobRef
  readonly files: readonly string[]
  readonly drift?: Drift | undefined
  /** What it touches of the tests and of what runs them. */
  readonly yardstick?: readonly YardstickChange[] | undefined
  /** The function that told of it. */
  readonly by: string
  /** What the agent was not allowed, and its own last words: nobody has proved them. */
  readonly denials: readonly string[]
  readonly report?: string | undefined
}

/** What stands for a step that was passed: who says so, about what, and what can be read of it. */
export interface StepEvidence {
  readonly by: string
  readonly saw?: Saw | undefined
  /** Absent where the step leaves nothing to read. */
  readonly blobs?: readonly BlobRef[] | undefined
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
  /** Sequence at which this run began: 0 for the first. What was decided before it does not count any more. */
  readonly runSince: number
  readonly guidance: readonly string[]
  /** Whether to make the base green is its purpose, by its creation or by a retry. */
  readonly mendsBase: boolean
  readonly waitingFor: readonly string[]
  readonly routed?: Fact<'task.routed'>['data']
  readonly startedAt?: string
  /** What was seen of the commit that it starts from; absent where an older version of Cortex began the task. */
  readonly base?: BaseChecked
  /** The commit the plan was made on. */
  readonly workspace?: { readonly project: string; readonly sha: string; readonly bundle?: BlobRef }
  readonly plan?: Fact<'plan.drafted'>['data']
  readonly planRevision: number
  /** Refused answers of the planner since the last complete plan. */
  readonly planRefusals: readonly (readonly string[])[]
  readonly wishes: readonly string[]
  /** The hash of the plan in which a person wants changes, until the next one is there. */
  readonly questioned?: string
  readonly gate?: {
    readonly planHash: string
    readonly expiresAt: string
    readonly openedAt: string
    readonly unconfined?: string | undefined
  }
  readonly approvals: readonly { readonly planHash: string; readonly by: string; readonly channel: string }[]
  readonly rounds: readonly Round[]
  readonly head?: Head
  /** Of the steps that the present head has passed. */
  readonly evidence: Readonly<Partial<Record<Step, StepEvidence>>>
  /** Rules of the base that the last scan could not read. */
  readonly leftOut?: readonly { readonly rule: string; readonly reason: string }[] | undefined
  /** Why nobody reviews the present head. */
  readonly unreviewed?: string | undefined
  /** By whose tests the present head was judged. */
  readonly judged?: Judged | undefined
  /** The hash of what it changes of the tests and of what runs them, when a person must look at that. */
  readonly doubt?: string | undefined
  /** Who looked at that change, and its hash. */
  readonly doubtApproved?: { readonly hash: string; readonly by: string } | undefined
  /** Reviewers that gave no verdict on the present head. */
  readonly silentReviewers: readonly string[]
  /** Until when it waits for a model, ISO 8601, and why. */
  readonly postponed?: { readonly until: string; readonly reason: string } | undefined
  /** Milliseconds that it waited so in this run. */
  readonly postponedMs: number
  /** Over its whole life. */
  readonly usage: Usage
  /** Since it was retried the last time: what the budget counts. */
  readonly runUsage: Usage
  /** Every phase it entered, in order. */
  readonly phases: readonly { readonly phase: Phase; readonly at: string }[]
  /** Who or what it waits for at this moment, for people: an agent, a lane. */
  readonly working?: string
  readonly end?: Readonly<Pick<Fact<'task.failed'>['data'], 'reason' | 'class' | 'nextSteps'>> & {
    readonly type: string
    readonly at: string
  }
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
  runSince: 0,
  guidance: [],
  mendsBase: false,
  waitingFor: [],
  planRevision: 0,
  planRefusals: [],
  wishes: [],
  approvals: [],
  rounds: [],
  evidence: {},
  silentReviewers: [],
  postponedMs: 0,
  usage: noUsage,
  runUsage: noUsage,
  phases: [],
})

/** The usage with what it costs at these prices, in USD for a million tokens; as it was told where there are none. Pure. */
export const withCost = (usage: Usage, price: { readonly input?: number | undefined; readonly output?: number | undefined }): Usage => {
  if (usage.costUsd !== undefined || (price.input === undefined && price.output === undefined)) return usage
  const input = usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens
  return { ...usage, costUsd: (input * (price.input ?? 0) + usage.outputTokens * (price.output ?? 0)) / 1_000_000 }
}

export const addUsage = (a: Usage, b: Usage): Usage => ({
  inputTokens: a.inputTokens + b.inputTokens,
  outputTokens: a.outputTokens + b.outputTokens,
  cacheReadTokens: a.cacheReadTokens + b.cacheReadTokens,
  cacheWriteTokens: a.cacheWriteTokens + b.cacheWriteTokens,
  ...(a.costUsd === undefined && b.costUsd === undefined ? {} : { costUsd: (a.costUsd ?? 0) + (b.costUsd ?? 0) }),
})

/** Whether the plan that waits at the gate was approved, by its hash. */
export const isApproved = (task: Task): boolean =>
  task.gate !== undefined && task.approvals.some((approval) => approval.planHash === task.gate?.planHash)

/** When it was opened the last time, ISO 8601: created, or taken up again after an end. '' where it never was. */
export const openSince = ({ phases }: Pick<Task, 'phases'>): string =>
  phases[phases.findLastIndex(({ phase }) => isOver(phase)) + 1]?.at ?? ''

/** Milliseconds spent in each phase, to the present or to the end. */
export const durationsOf = (task: Task, now: string): Record<string, number> => {
  const durations: Record<string, number> = {}
  for (const [index, { phase, at }] of task.phases.entries()) {
    const until = task.phases[index + 1]?.at ?? now
    if (isOver(phase)) continue
    durations[phase] = (durations[phase] ?? 0) + Math.max(0, Date.parse(until) - Date.parse(at))
  }
  return durations
}
