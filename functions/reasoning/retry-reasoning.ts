import { milliseconds } from '../../bus/duration.ts'
import { marked } from '../../bus/noted-steps.ts'
import type { Lane } from '../../domain/catalogue/shared.ts'
import type { Fact } from '../../domain/fact.ts'
import { BROWSER_LANE } from '../../domain/lane.ts'
import type { Task } from '../../domain/task.ts'
import { defineFunction } from '../define-function.ts'
import { pauseAfter } from '../execution/after-refusal.ts'
import type { Services } from '../ports.ts'
import { lanesOpenTo, nextReviewer } from '../review/reviewers.ts'
import { lanesFor, lanesUp, reportOf, roleFor } from './lanes.ts'

type Unanswered = Fact<'plan.unanswered' | 'review.unanswered' | 'answer.unanswered' | 'learn.unanswered' | 'forge.unanswered'>['data']

/**
 * Asks again after silence: later if that may help, over another lane or of another agent if there is one, and of a model that is
 * overloaded after pauses that grow; else the question goes to a person or another reviewer.
 */
export default defineFunction({
  on: ['plan.unanswered', 'review.unanswered', 'answer.unanswered', 'learn.unanswered', 'forge.unanswered'],
  emits: [
    'reasoning.requested',
    'review.unavailable',
    'task.escalated',
    'task.postponed',
    'learner.undecided',
    'learner.ended',
    'rule.dropped',
  ],
  timeout: '30s',
  retry: { attempts: 5, backoff: ['1s', '10s', '1m'] },
  handler: async ({ event, state, say, later, services, latest }) => {
    const task = await state()
    const data = marked(event.data)
    const { implementer } = task.rounds.at(-1)?.attempt ?? {}
    const open = lanesOpenTo({ ...data, implementer }, services.config)
    const browser = open.browser && (await latest('lane.changed', BROWSER_LANE))
    const up = lanesUp(data, { ...services, config: { lanes: open } }, reportOf(browser || undefined, event.time))
    const around = { lanes: lanesFor(data.purpose, open, up), ...others(task, data, services), ...services.config.limits }
    const next = afterSilence(data, around, event.time)
    if (next.kind === 'again') return [later(new Date(Date.parse(event.time) + next.afterMs), 'reasoning.requested', next.request)]
    if (next.kind === 'pause') {
      const until = new Date(Date.parse(event.time) + next.afterMs)
      if (isLearning(data)) return [later(until, 'reasoning.requested', next.request)]
      const reason = `${next.request.agent} is asked next; ${data.reason}`
      return [say('task.postponed', { until: until.toISOString(), reason }), later(until, 'reasoning.requested', next.request)]
    }
    const attempt = task.rounds.at(-1)?.attempt
    // Who is not there cannot be said to have stayed silent.
    const reason = data.code === 'missing' ? data.reason : `${data.agent} gave no ${data.purpose} (${data.code}): ${data.reason}`
    // What a task could have taught calls nobody.
    if (data.purpose === 'forge') return [say('rule.dropped', { reason })]
    if (data.purpose === 'learn')
      return [
        data.request.schema === 'same' ? say('learner.undecided', { reason }) : say('learner.ended', { learned: 0, confirmed: 0, reason }),
      ]
    return data.purpose === 'review' && attempt
      ? [say('review.unavailable', { attempt, reviewer: data.agent, reason })]
      : [say('task.escalated', { reason, class: data.code })]
  },
})

/** Whether no task waits for the answer. */
const isLearning = ({ purpose }: Pick<Unanswered, 'purpose'>): boolean => purpose === 'learn' || purpose === 'forge'

const RETRIES = 2
const PAUSES_MS = [2000, 20_000]

interface Around {
  /** That may take the question, best first. */
  readonly lanes: readonly Lane[]
  /** Agents of the same role that were not asked since the last pause. */
  readonly others: readonly string[]
  /** Whether somebody else is asked as soon as this one is given up. */
  readonly hasSuccessor: boolean
  readonly model_wait: string
}

/** Who could answer instead. Another reviewer is found by whoever asks for reviews. */
const others = (
  task: Task,
  { agent, purpose, request }: Unanswered,
  { agents, config }: Services,
): Pick<Around, 'others' | 'hasSuccessor'> => {
  if (purpose === 'chat') return { others: [], hasSuccessor: false }
  if (purpose === 'review') {
    const asked = { ...task, silentReviewers: [...task.silentReviewers, agent] }
    return { others: [], hasSuccessor: task.rounds.length > 0 && nextReviewer(asked, agents, config) !== undefined }
  }
  const rest = agents.names().filter((name) => agents.has(name, roleFor(purpose)) && ![agent, ...request.asked].includes(name))
  return { others: rest, hasSuccessor: false }
}

type AfterSilence =
  | { kind: 'again'; afterMs: number; request: Unanswered['request'] }
  /** Every model refuses: the task waits, and says so. */
  | { kind: 'pause'; afterMs: number; request: Unanswered['request'] }
  | { kind: 'exhausted' }

/**
 * What follows silence: the same question later, over another lane, of another agent, after a pause, or nobody is left. What says how
 * long it will be away is not waited for while there is another. Pure.
 */
export const afterSilence = (
  data: Pick<Unanswered, 'retryable' | 'lane' | 'request' | 'until' | 'code' | 'agent'>,
  around: Around,
  now: string,
): AfterSilence => {
  const { request } = data
  const avoid = [...new Set([...request.avoid, data.lane])]
  const left = around.lanes.filter((lane) => !avoid.includes(lane))
  const awayMs = data.until ? Math.max(0, Date.parse(data.until) - Date.parse(now)) : 0
  // A page comes back by itself, and no other agent could answer in it.
  const waits = awayMs === 0 || (left.length === 0 && data.lane === 'browser')
  if (data.retryable && request.retries < RETRIES && waits) {
    const afterMs = Math.max(awayMs, PAUSES_MS[request.retries] ?? 20_000)
    return { kind: 'again', afterMs, request: { ...request, retries: request.retries + 1 } }
  }
  if (left.length > 0) return { kind: 'again', afterMs: 0, request: { ...request, retries: 0, avoid } }
  return afterRefusal(data, around, awayMs, now)
}

/** Failures of an agent after which another one may do better. */
const ANOTHERS: readonly string[] = ['retryable', 'timeout', 'stuck']

const afterRefusal = (
  { code, agent, lane, request }: Pick<Unanswered, 'code' | 'agent' | 'lane' | 'request'>,
  { others: [other], hasSuccessor, model_wait }: Around,
  awayMs: number,
  now: string,
): AfterSilence => {
  if (lane === 'browser' || !ANOTHERS.includes(code)) return { kind: 'exhausted' }
  const asked = [...request.asked, agent]
  if (other !== undefined) return { kind: 'again', afterMs: 0, request: { ...request, agent: other, retries: 0, avoid: [], asked } }
  if (code !== 'retryable' || hasSuccessor) return { kind: 'exhausted' }
  const waitsSince = request.waitsSince ?? now
  const afterMs = Math.max(awayMs, pauseAfter(request.pauses + 1))
  if (Date.parse(now) + afterMs - Date.parse(waitsSince) > milliseconds(model_wait)) return { kind: 'exhausted' }
  const again = { agent: asked[0] ?? agent, retries: RETRIES, avoid: [], asked: [], pauses: request.pauses + 1, waitsSince }
  return { kind: 'pause', afterMs, request: { ...request, ...again } }
}
