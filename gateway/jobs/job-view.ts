import { marked } from '../../bus/noted-steps.ts'
import type { Fact } from '../../domain/fact.ts'
import type { JobError, JobState, JobView } from './jobs.ts'

/** What its facts say about a job of the model proxy; the answer's text is in its blob. */
export interface JobStory {
  readonly view: Omit<JobView, 'answer'>
  readonly answered?: Fact<'chat.answered'>['data']
}

/** The name under which the lane's own choice of a model is asked for. */
export const OWN_MODEL = 'cortex'

/** What was asked for; the question to the lane says it again, for who has not seen the request itself. Pure. */
export const requestIn = (facts: readonly Fact[]): Fact<'reasoning.requested' | 'browser.asked'> | undefined =>
  facts.find((fact) => fact.type === 'reasoning.requested') ?? facts.find((fact) => fact.type === 'browser.asked')

/** Folds a job's facts, oldest first; undefined when they hold no request. Pure. */
export const jobStory = (id: string, facts: readonly Fact[]): JobStory | undefined => {
  const requested = requestIn(facts)
  if (!requested) return undefined
  const { model, importance, page, attended, limits, joinKey } = requested.data
  const begins = facts.filter(({ type }) => type === 'turn.sending')
  const sent = facts.find(({ type }) => type === 'turn.sent')
  const answered = facts.find((fact) => fact.type === 'chat.answered')
  const unanswered = facts.find((fact) => fact.type === 'chat.unanswered')
  const failed = facts.find((fact) => fact.type === 'function.failed')
  const cancelled = facts.find((fact) => fact.type === 'reasoning.cancelled')
  const isKept = facts.some(({ type }) => type === 'reasoning.kept')
  const isOut = begins.length > facts.filter(({ type }) => type === 'turn.refused').length
  const isTakenBack = unanswered?.data.code === 'CANCELLED' || (cancelled !== undefined && !isOut && !answered)
  const end = answered ?? unanswered ?? failed ?? (isTakenBack ? cancelled : undefined)
  const state: JobState = answered ? 'completed' : isTakenBack ? 'cancelled' : end ? 'failed' : isOut ? 'running' : 'queued'
  return {
    view: {
      id,
      state,
      request: {
        model: model ?? OWN_MODEL,
        priority: importance ?? 'interactive',
        aggressive: page !== undefined,
        ...(attended && !isKept ? { attended } : {}),
        ...(limits ? { limits } : {}),
        ...(joinKey === undefined ? {} : { key: joinKey }),
        ...(page?.confidenceBefore === undefined ? {} : { confidenceBefore: page.confidenceBefore }),
      },
      queuedAt: requested.time,
      ...(begins[0] ? { startedAt: begins[0].time, attempts: begins.length } : {}),
      ...(sent ? { sentAt: sent.time } : {}),
      ...(end ? { completedAt: end.time } : {}),
      ...(answered || !end ? {} : { error: errorOf(unanswered, failed, cancelled) }),
    },
    ...(answered ? { answered: answered.data } : {}),
  }
}

const errorOf = (
  unanswered: Fact<'chat.unanswered'> | undefined,
  failed: Fact<'function.failed'> | undefined,
  cancelled: Fact<'reasoning.cancelled'> | undefined,
): JobError => {
  if (unanswered) {
    const { code, reason, retryable, until, laneState } = marked(unanswered.data)
    return { code, reason, retryable, ...(until ? { until } : {}), ...(laneState ? { lane: laneState } : {}) }
  }
  if (failed) return { code: 'INTERNAL_ERROR', reason: failed.data.reason, retryable: false }
  return { code: 'CANCELLED', reason: cancelled?.data.reason || 'it was cancelled', retryable: false }
}
