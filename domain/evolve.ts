import type { BlobRef } from '../bus/blobs.ts'
import type { EventType } from './catalogue/index.ts'
import { lessonEvents } from './catalogue/lesson.ts'
import { ruleEvents } from './catalogue/rule.ts'
import type { Attempt, Usage } from './catalogue/shared.ts'
import type { Fact } from './fact.ts'
import type { Phase } from './phases.ts'
import { type Check, type CheckFailed, type CheckPassed, checks, phaseAfter, phaseOfStep, type Step } from './phases.ts'
import { addUsage, initialTask, isApproved, type Round, type Task } from './task.ts'

/** State is a fold: what each fact changes in what is known of a task. Pure. */

/** Raise it when the same facts make another task than before: what is kept of folds (the views) is made anew. */
export const FOLD_VERSION = 7

const enter = (task: Task, phase: Phase, event: Fact, more: Partial<Task> = {}): Task => ({
  ...task,
  phase,
  phases: task.phases.at(-1)?.phase === phase ? task.phases : [...task.phases, { phase, at: event.time }],
  working: undefined,
  postponed: undefined,
  ...more,
})

type Why = Pick<NonNullable<Task['end']>, 'reason' | 'class' | 'nextSteps'>

const ended = (task: Task, phase: Phase, event: Fact, { reason, class: cls, nextSteps }: Why): Task =>
  enter(task, phase, event, { end: { type: event.type, reason, class: cls, at: event.time, ...(nextSteps ? { nextSteps } : {}) } })

/** Closes the present round with what came of it. */
const closeRound = (task: Task, closing: Omit<Round, 'attempt'> & { attempt?: Attempt }): Partial<Task> => {
  const last = task.rounds.at(-1)
  return last ? { rounds: [...task.rounds.slice(0, -1), { ...last, ...closing }] } : {}
}

const spent = (task: Task, usage: Usage): Partial<Task> => ({
  usage: addUsage(task.usage, usage),
  runUsage: addUsage(task.runUsage, usage),
})

/** A person wants it tried again: what was planned and written before does not count any more. */
const reopened = (task: Task, event: Fact<'task.retried'>): Task =>
  enter(
    {
      ...initialTask(task.id),
      sequence: task.sequence,
      updatedAt: event.time,
      created: task.created,
      mendsBase: task.mendsBase || event.data.mendBase === true,
      createdAt: task.createdAt,
      priority: task.priority,
      phases: task.phases,
      usage: task.usage,
      run: task.run + 1,
      runSince: event.sequence,
      guidance: event.data.guidance ? [...task.guidance, event.data.guidance] : task.guidance,
    },
    'created',
    event,
  )

const STAGES = { plan: 'trying', code: 'coding', answer: 'answering' } as const

/** Once a plan is approved or carried out, no other takes its place: what is done is what a person saw. */
const isSettled = (task: Task): boolean => task.rounds.length > 0 || isApproved(task)

/** Whether a fact says anything of a task that stands there: after an end those that open it again, and after an escalation that it is given up. */
const counts = ({ end, phase }: Pick<Task, 'end' | 'phase'>, type: EventType): boolean => {
  const reopens = type === 'task.retried' || type === 'task.resumed' || type === 'yardstick.approved'
  return reopens === (end !== undefined) || (phase === 'escalated' && type === 'task.cancelled')
}

/** The fold over one fact. Facts after an end are ignored, but for those that say more of it; so are timers of an earlier run. */
export const evolve = (before: Task, event: Fact): Task => {
  const task: Task = { ...before, sequence: Math.max(before.sequence, event.sequence), updatedAt: event.time }
  const isOld = event.decidedAt !== undefined && event.decidedAt < before.runSince
  if (isOld || !counts(before, event.type)) return { ...before, sequence: task.sequence }
  // Each entry takes the facts of its own type; a type of another catalogue (tests, benchmarks) changes nothing.
  const step = steps[event.type] as ((task: Task, event: Fact) => Task) | undefined
  return step?.(task, event) ?? task
}

/** A task is there from its request on, for whoever was told so by the system itself. */
export const createdAt = ({ time, data }: Pick<Fact<'task.created'>, 'time' | 'data'>): string => data.requestedAt ?? time

const same = (task: Task): Task => task
const silent = (task: Task, event: { data: { usage: Usage } }): Task => ({ ...task, working: undefined, ...spent(task, event.data.usage) })
const atWork = (task: Task, event: { data: { agent: string; lane: string } }): Task => ({
  ...task,
  working: `${event.data.agent} (${event.data.lane})`,
})

/** Notes who says that a step was passed, and about what; a step of somebody else may not say the latter. */
const proved = (
  task: Task,
  step: Step,
  { source, data }: Fact<CheckPassed | 'review.passed'>,
  blobs?: readonly BlobRef[],
): Partial<Task> => ({
  evidence: { ...task.evidence, [step]: { by: source, saw: 'saw' in data ? data.saw : undefined, blobs } },
})

/** Each check passed leads to the next one, the last to the delivery; one that fails closes the round. */
const checkStep = (check: Check) => {
  const next = phaseAfter(check)
  return {
    [`${check}.passed`]: (task: Task, event: Fact<CheckPassed>): Task =>
      enter(task, next, event, {
        ...proved(task, check, event, 'checks' in event.data ? event.data.checks.map(({ output }) => output) : undefined),
        ...('judged' in event.data ? { judged: event.data.judged } : {}),
        ...(next === 'finishing' ? closeRound(task, { outcome: 'passed', findings: [] }) : {}),
      }),
    [`${check}.failed`]: (task: Task, { type, data }: Fact<CheckFailed>): Task => ({
      ...task,
      ...closeRound(task, { outcome: type, class: data.class, reason: data.reason, findings: data.findings }),
    }),
  }
}
// The table's checks are all there are, and each brings both of its entries.
const checkSteps = () =>
  Object.assign({}, ...checks.map(checkStep)) as { readonly [T in CheckPassed | CheckFailed]: (task: Task, event: Fact<T>) => Task }

/** What is learned is no part of the task that taught it. */
const noneOf = <Events extends Partial<Record<EventType, unknown>>>(events: Events) =>
  Object.fromEntries(Object.keys(events).map((type) => [type, same])) as { readonly [T in keyof Events]: typeof same }

/** An entry for every event of the catalogue: the compiler misses those whose meaning nobody decided. */
const steps: { readonly [T in EventType]: (task: Task, event: Fact<T>) => Task } = {
  'task.created': (task, event) =>
    task.created
      ? task
      : enter(task, 'created', event, {
          created: event.data,
          createdAt: createdAt(event),
          priority: event.data.priority,
          mendsBase: event.data.mendBase === true,
        }),
  'task.routed': (task, event) => enter(task, 'queued', event, { routed: event.data, waitingFor: [] }),
  'task.blocked': (task, event) => enter(task, 'blocked', event, { waitingFor: event.data.waitingFor }),
  'task.started': (task, event) => enter(task, STAGES[event.data.stage], event, { startedAt: task.startedAt ?? event.time }),
  'task.awaited': same,
  'task.overdue': same,
  'task.postponed': (task, { time, data }) => ({
    ...task,
    postponed: data,
    postponedMs: task.postponedMs + Math.max(0, Date.parse(data.until) - Date.parse(time)),
  }),
  'task.reprioritised': (task, event) => ({ ...task, priority: event.data.priority }),
  'task.completed': (task, event) => ({
    ...ended(task, 'completed', event, { reason: 'done', class: 'completed' }),
    outcome: event.data.outcome,
  }),
  'task.failed': (task, event) => ended(task, 'failed', event, event.data),
  'task.escalated': (task, event) => ({
    ...ended(task, 'escalated', event, event.data),
    doubt: event.data.yardstick,
  }),
  'task.cancelled': (task, event) =>
    ended(task, 'cancelled', event, { reason: event.data.reason || `cancelled by ${event.data.by}`, class: 'cancelled' }),
  'task.retried': reopened,
  'task.resumed': (task, event) => enter(task, task.phases.at(-2)?.phase ?? 'created', event, { end: undefined, finishing: undefined }),

  'base.checked': (task, event) => enter(task, 'planning', event, { base: event.data }),
  'reasoning.requested': (task, event) => ({
    // An older version asked for the plan at once.
    ...(task.phase === 'trying' ? enter(task, 'planning', event) : task),
    working: event.data.agent,
    postponed: undefined,
    ...(event.data.purpose === 'plan' && event.data.workspace ? { workspace: event.data.workspace } : {}),
  }),
  'reasoning.routed': same,
  'reasoning.cancelled': same,
  'reasoning.kept': same,
  'browser.asked': atWork,
  'cli.asked': atWork,
  'api.asked': atWork,
  'plan.answered': silent,
  'plan.unanswered': silent,
  'review.answered': silent,
  'review.unanswered': silent,
  'answer.answered': silent,
  'answer.unanswered': silent,
  'learn.answered': same,
  'learn.unanswered': same,
  'forge.answered': same,
  'forge.unanswered': same,
  'chat.answered': same,
  'chat.unanswered': same,
  'turn.sending': same,
  'turn.refused': same,
  'turn.sent': same,
  'lane.changed': same,

  'plan.drafted': (task, event) =>
    isSettled(task) ? task : { ...task, plan: event.data, planRevision: event.data.revision, planRefusals: [], questioned: undefined },
  'plan.refused': (task, event) => enter(task, 'planning', event, { planRefusals: [...task.planRefusals, event.data.faults] }),
  'plan.questioned': (task, event) =>
    enter(task, 'planning', event, {
      wishes: [...task.wishes, event.data.reason],
      questioned: event.data.planHash,
      gate: undefined,
      planRefusals: [],
    }),
  // Whoever approved before the gate was open has seen no plan.
  'plan.approved': (task, { data: { planHash, by, channel } }) =>
    task.gate?.planHash === planHash ? { ...task, approvals: [...task.approvals, { planHash, by, channel }] } : task,
  'plan.rejected': same,
  'gate.opened': (task, event) => (isSettled(task) ? task : enter(task, 'gate', event, { gate: { ...event.data, openedAt: event.time } })),
  'gate.reminded': same,
  'gate.expired': same,

  'attempt.started': (task, event) =>
    enter(task, event.data.recheck ? phaseOfStep(event.data.recheck) : 'coding', event, {
      gate: undefined,
      // The same round goes on.
      rounds: event.data.unreviewed ? task.rounds : [...task.rounds, { attempt: event.data.attempt, findings: [] }],
      unreviewed: event.data.unreviewed ?? task.unreviewed,
      silentReviewers: [],
      working: event.data.recheck ? undefined : event.data.attempt.implementer,
    }),
  'code.started': (task, event) => ({ ...task, working: event.data.agent }),
  'code.written': (task, event) => {
    const { headSha: sha, bundle, diff, files, drift, yardstick, usage, denials, report } = event.data
    const head = { sha, bundle, diff, files, drift, yardstick, by: event.source, denials, report }
    const fresh = { evidence: {}, judged: undefined, leftOut: undefined, unreviewed: undefined, silentReviewers: [] }
    return enter(task, 'reviewing', event, { head, ...fresh, ...spent(task, usage) })
  },
  'code.failed': (task, { time, data }) => ({
    ...task,
    ...spent(task, data.usage),
    ...closeRound(task, {
      outcome: 'code.failed',
      class: data.class,
      reason: data.reason,
      findings: data.findings ?? [{ from: 'code', problem: data.reason }],
      at: time,
      until: data.until,
    }),
  }),
  'review.passed': (task, event) =>
    enter(task, phaseAfter('review'), event, proved(task, 'review', event, event.data.verdict ? [event.data.verdict] : [])),
  'review.rejected': (task, { data }) => ({
    ...task,
    // The round keeps the reviewer that really judged: it is the next implementer.
    ...closeRound(task, { outcome: 'review.rejected', findings: data.findings, attempt: data.attempt }),
  }),
  'review.unavailable': (task, event) => ({ ...task, silentReviewers: [...task.silentReviewers, event.data.reviewer] }),
  ...checkSteps(),
  'yardstick.approved': (task, event) =>
    task.phase === 'escalated' && task.doubt === event.data.hash
      ? enter(task, phaseOfStep('dod'), event, {
          end: undefined,
          doubt: undefined,
          doubtApproved: { hash: event.data.hash, by: event.data.by },
        })
      : task,
  'scan.impaired': (task, { data }) => ({ ...task, leftOut: data.leftOut }),
  'finish.started': (task, event) => ({ ...task, finishing: event.data }),

  'notification.sent': same,
  'request.refused': same,
  'request.repeated': same,
  'function.failed': same,

  'callback.due': same,
  'callback.delivered': same,
  'callback.missed': same,
  'callback.failed': same,

  ...noneOf(lessonEvents),
  ...noneOf(ruleEvents),

  'thread.due': same,
  'thread.posting': same,
  'thread.posted': same,
  'function.paused': same,
  'function.resumed': same,
}

/**
 * Whether a fact of this type says anything about its task's state.
 * @internal asked by the test that says which facts are remembered
 */
export const changesTheTask = (type: EventType): boolean => steps[type] !== same
