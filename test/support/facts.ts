import { z } from 'zod'
import { catalogue, type EventType } from '../../domain/catalogue/index.ts'
import type { Attempt, Finding, Usage } from '../../domain/catalogue/shared.ts'
import { beginsOn, type Check, type CheckPassed, type Step } from '../../domain/phases.ts'
import { blobOf } from './memory-blobs.ts'

/** Builders of facts with sensible defaults, so that what is given in a test reads as a sentence. */

/** An event's data as a writer gives it. */
export type InputOf<T extends EventType> = z.input<(typeof catalogue)[T]['data']>

/** A fact that has happened: of task "task-1", a second after the one before, unless it says otherwise. */
export interface Given<T extends EventType = EventType> {
  readonly type: T
  readonly data: InputOf<T>
  readonly id?: string
  readonly time?: string
  /** The function that gave it; default: the one that may. */
  readonly source?: string
  /** Default: the fact before it. */
  readonly causedBy?: string
}
export type Facts = readonly (Given | Facts)[]

export const fact = <T extends EventType>(type: T, data: InputOf<T>): Given<T> => ({ type, data })
/** The same facts as the story of another id. */
export const storyOf = (id: string, ...facts: Facts): Given[] => facts.flat(10).map((one) => ({ id, ...(one as Given) }))
/** The same fact at another time (ISO 8601). */
export const at = <T extends EventType>(time: string, one: Given<T>): Given<T> => ({ ...one, time })

export const BASE = 'b'.repeat(40)
export const HEAD = 'a'.repeat(40)
/** The tree of `HEAD`, and what every step of its checking saw. */
export const TREE = 'c'.repeat(40)
const saw = { sha: HEAD, tree: TREE }
export const usage: Usage = { inputTokens: 100, outputTokens: 10, cacheReadTokens: 0, cacheWriteTokens: 0 }

export const plan = {
  summary: 'Round the total to whole cents.',
  steps: [{ description: 'round in total()', file: 'src/cart.js', rationale: 'sums of fractions drift' }],
  files_to_modify: ['src/cart.js'],
  acceptance_criteria: ['total() gives whole cents'],
  estimated_complexity: 'low',
  risk_assessment: 'none',
}
const planBlob = (summary: string) => blobOf(`${JSON.stringify({ ...plan, summary }, null, 2)}\n`, 'application/json')
/** The hash of the plan that `drafted()` drafts. */
export const planHash = planBlob(plan.summary).sha256

export const created = (more: Partial<InputOf<'task.created'>> = {}) =>
  fact('task.created', { title: 'Fix the total', project: 'shop', ...more })
export const routed = (more: Partial<InputOf<'task.routed'>> = {}) =>
  fact('task.routed', {
    master: 'general-master',
    workflow: 'change',
    project: 'shop',
    planner: 'claude',
    implementer: 'claude',
    reviewer: 'codex',
    gate: 'person',
    ...more,
  })
export const blocked = (...waitingFor: string[]) => fact('task.blocked', { waitingFor })
export const started = (stage: 'plan' | 'code' | 'answer' = 'plan') => fact('task.started', { stage, project: 'shop' })
export const completed = () =>
  fact('task.completed', { outcome: { branch: 'cortex/task-1', sha: HEAD, files: [], usage, durations: {}, handoffs: 0, attempts: 1 } })
export const failed = (reason = 'somebody said no') => fact('task.failed', { reason, class: 'rejected' })
export const escalated = (reason = 'three attempts did not pass', cls = 'attempts') => fact('task.escalated', { reason, class: cls })
export const cancelled = (by = 'ada') => fact('task.cancelled', { by, channel: 'cli' })
export const retried = (guidance = '', more: Partial<InputOf<'task.retried'>> = {}) =>
  fact('task.retried', { by: 'ada', channel: 'cli', guidance, ...more })
export const resumed = () => fact('task.resumed', { by: 'ada', channel: 'cli', function: 'write-code' })
export const reprioritised = (priority: 1 | 3 | 5 | 7) => fact('task.reprioritised', { by: 'ada', channel: 'cli', priority })

export const baseChecked = (more: Partial<InputOf<'base.checked'>> = {}) =>
  fact('base.checked', {
    project: 'shop',
    sha: BASE,
    tree: TREE,
    outcome: 'passed',
    reason: 'the base is green',
    findings: [],
    cached: false,
    durationMs: 12,
    ...more,
  })
/** A base whose tests fail. */
export const baseBroken = (printed = 'expected 3, got 2') =>
  baseChecked({
    outcome: 'failed',
    reason: 'the base is broken: `npm test` ended with 1',
    findings: [found(`\`npm test\` ended with 1:\n${printed}`, { from: 'dod', criterion: 'npm test' })],
  })

type Request = InputOf<'reasoning.requested'>
const job = 'job-1'
export const requested = (more: Partial<Request> = {}) =>
  fact('reasoning.requested', {
    purpose: 'plan',
    agent: 'claude',
    prompt: blobOf('plan this'),
    workspace: { project: 'shop', sha: BASE },
    schema: 'plan',
    timeoutMs: 300_000,
    ...more,
  })
export const answered = (purpose: Request['purpose'], text: string, agent = 'claude') =>
  fact(`${purpose}.answered`, { job, purpose, lane: 'cli', agent, answer: blobOf(text), usage, durationMs: 1000 })
export const unanswered = (purpose: Request['purpose'], more: Partial<InputOf<'plan.unanswered'>> = {}) =>
  fact(`${purpose}.unanswered`, {
    job,
    purpose,
    lane: 'cli',
    agent: 'claude',
    code: 'retryable',
    reason: 'overloaded',
    retryable: true,
    usage,
    request: { ...requested().data, purpose },
    ...more,
  })

export const drafted = (summary = plan.summary, revision = 1) => {
  const stored = planBlob(summary)
  return fact('plan.drafted', { plan: stored, planHash: stored.sha256, revision, summary, steps: 1, criteria: 1 })
}
export const refused = (...faults: string[]) => fact('plan.refused', { faults, answer: blobOf('no plan at all'), revision: 1 })
const decision = { planHash, by: 'ada', channel: 'cli' }
export const opened = (hash = planHash) => fact('gate.opened', { planHash: hash, expiresAt: '2026-01-02T10:00:00.000Z' })
export const approved = (hash = planHash) => fact('plan.approved', { ...decision, planHash: hash })
export const planRejected = (reason = '') => fact('plan.rejected', { ...decision, reason })
export const questioned = (reason: string) => fact('plan.questioned', { ...decision, reason })

export const attempt = (more: Partial<Attempt> = {}): Attempt => ({
  n: 1,
  handoff: 0,
  implementer: 'claude',
  reviewer: 'codex',
  baseSha: BASE,
  ...more,
})
export const round = (more: Partial<Attempt> = {}, feedback: Finding[] = []) =>
  fact('attempt.started', { attempt: attempt(more), feedback })
/** A round that only repeats a check which could not be carried out. */
export const recheck = (check: Step) =>
  fact('attempt.started', { attempt: attempt(), from: { sha: HEAD, bundle: blobOf('a bundle') }, feedback: [], recheck: check })
export const written = (more: Partial<InputOf<'code.written'>> = {}) =>
  fact('code.written', {
    attempt: attempt(),
    headSha: HEAD,
    bundle: blobOf('a bundle'),
    diff: blobOf('+ return Math.round(sum)'),
    files: ['src/cart.js'],
    log: blobOf('log'),
    exitCode: 0,
    usage,
    agentVersion: '1.2.3',
    durationMs: 1000,
    ...more,
  })
export const codeFailed = (cls: InputOf<'code.failed'>['class'] = 'no_change', reason = 'it changed nothing') =>
  fact('code.failed', { attempt: attempt(), class: cls, reason, exitCode: 1, usage, agentVersion: '1.2.3', durationMs: 1000 })
export const found = (problem: string, more: Partial<Finding> = {}): Finding => ({ from: 'review', problem, ...more })
export const passed = (more: Partial<Attempt> = {}) =>
  fact('review.passed', {
    attempt: attempt(more),
    reviewer: attempt(more).reviewer,
    remarks: [],
    saw,
    verdict: blobOf('{"approved":true,"findings":[]}'),
  })
export const rejected = (problem = 'it rounds down', more: Partial<Attempt> = {}) =>
  fact('review.rejected', { attempt: attempt(more), reviewer: attempt(more).reviewer, findings: [found(problem)] })
export const unavailable = (reviewer = 'codex') => fact('review.unavailable', { attempt: attempt(), reviewer, reason: 'it said nothing' })
/** The least that a field of an event can say, by its type in JSON Schema. */
const least: Readonly<Record<string, unknown>> = { string: '', integer: 0, number: 0, boolean: false, array: [], object: {} }
/** That a step was passed, with the least that the catalogue lets it say: a check added later may say anything. */
export const leastPassed = (type: CheckPassed | 'review.passed') => {
  const { properties = {}, required = [] } = z.toJSONSchema(catalogue[type].data, { io: 'input' })
  const fields = required.map((name) => [name, least[String(Object(properties[name]).type)]])
  return fact(type, { ...Object.fromEntries(fields), attempt: attempt(), saw, reviewer: attempt().reviewer })
}
/** What a check, or the delivery after the last of them, begins on: the review, or the check before it in the table of phases, was passed. */
export const reached = (step: Check | 'finish') => leastPassed(beginsOn(step))
export const scanned = () => fact('scan.passed', { attempt: attempt(), saw, warnings: [] })
export const scanFailed = (problem = 'eval is forbidden') =>
  fact('scan.failed', { attempt: attempt(), class: 'test_failure', findings: [found(problem, { from: 'scan' })], reason: problem })
const check = { command: 'npm test', exitCode: 0, output: blobOf('1 test passed'), durationMs: 12 }
export const verified = () => fact('dod.passed', { attempt: attempt(), saw, checks: [check] })
export const dodFailed = (problem = 'npm test ended with 1', cls: InputOf<'dod.failed'>['class'] = 'test_failure') =>
  fact('dod.failed', { attempt: attempt(), class: cls, checks: [], findings: [found(problem, { from: 'dod' })], reason: problem })
/** The hash of what `doubted()` puts before a person. */
export const doubtHash = 'd'.repeat(64)
export const doubted = () => fact('task.escalated', { reason: 'it has test/a.js deleted', class: 'yardstick', yardstick: doubtHash })
export const doubtApproved = (hash = doubtHash) => fact('yardstick.approved', { hash, by: 'ada', channel: 'cli' })
export const finishing = () => fact('finish.started', { branch: 'cortex/task-1', sha: HEAD })

const sentAt = '2026-01-01T10:00:00.000Z'
const ground = { older: [], baseline: 0, listSeen: true, turnIds: [] }
/** The reviewer is asked about a head, and answers. */
export const reviewed = (text: string, agent = 'codex', sha = HEAD): [asked: Given<'cli.asked'>, answered: Given<'review.answered'>] => {
  const question = { ...requested().data, purpose: 'review', agent, workspace: { project: 'shop', sha }, schema: 'verdict' } as const
  return [
    fact('cli.asked', { ...question, job, lane: 'cli' }),
    fact('review.answered', { ...answered('review', text, agent).data, purpose: 'review' }),
  ]
}
/** A prompt that is about to go into a chat. */
export const turnSending = (more: Partial<InputOf<'turn.sending'>> = {}) =>
  fact('turn.sending', { promptHash: 'a'.repeat(64), conversation: { kind: 'new' }, sentAt, ...ground, ...more })
export const turnRefused = () => fact('turn.refused', { code: 'LANE_UNAVAILABLE', reason: 'too many requests', sentAt })
export const turnSent = (more: Partial<InputOf<'turn.sent'>> = {}) => fact('turn.sent', { baseline: 0, ...more })

/** A task in planning. */
export const planning = (): Facts => [created(), routed(), started('plan'), requested()]
/** A task whose plan waits at the gate. */
export const atTheGate = (): Facts => [planning(), drafted(), opened()]
/** The same on a broken base, which prints what could pass for words of ours. */
export const atTheGateOfBroken = (printed = 'expected 3, got 2'): Facts => [
  [created(), routed(), started('plan'), baseBroken(printed), requested()],
  [drafted(), opened()],
]
/** A task whose plan is approved and which has a place for coding. */
export const coding = (): Facts => [atTheGate(), approved(), started('code')]
/** A task with code for the reviewer. */
export const reviewing = (): Facts => [coding(), round(), written()]
