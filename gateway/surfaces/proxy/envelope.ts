import { jsonAnswer } from '../../../functions/reasoning/json-answer.ts'
import { hasEnded, type JobAnswer, type JobView } from '../../jobs/jobs.ts'
import { contractError } from './error-body.ts'
import { confidenceOf, evidenceOf } from './evidence.ts'
import { jobFault } from './job-fault.ts'
import { limitedAnswer } from './text-limits.ts'

/** The shapes of the job contract. */

export const linksOf = (id: string) => ({
  status: `/async/status/${id}`,
  result: `/async/result/${id}`,
  cancel: `/async/cancel/${id}`,
})

const requestOf = ({ request: { model, priority, aggressive } }: JobView) => ({ model, priority, aggressive })

const timingsOf = ({ queuedAt, startedAt, sentAt, completedAt }: JobView) => ({
  queued_at: queuedAt,
  started_at: startedAt ?? null,
  sent_at: sentAt ?? null,
  completed_at: completedAt ?? null,
})

/** Why a client still waits, in words. Pure. */
export const waitingWords = (job: JobView | undefined): string => {
  if (job?.waiting) {
    const { lane, reason, until } = job.waiting
    return `waiting: the lane is ${lane.replaceAll('_', ' ')} (${reason})${until ? ` until ${until}` : ''}`
  }
  return job?.position === undefined ? 'keepalive' : `keepalive: ${job.position} in the queue`
}

/** A job as it stands. */
export const jobStatusOf = (job: JobView) => ({
  job_id: job.id,
  status: job.state,
  ...(job.position === undefined ? {} : { position: job.position }),
  ...(job.waiting ? { waiting: { ...job.waiting, until: job.waiting.until ?? null } } : {}),
  request: requestOf(job),
  timings: timingsOf(job),
  links: linksOf(job.id),
})

const between = (from: string | undefined, to: string | undefined): number | null =>
  from === undefined || to === undefined ? null : Math.max(0, Date.parse(to) - Date.parse(from))

/** Milliseconds: in the queue, from there to the end, and both. */
export const latencyOf = ({ queuedAt, startedAt, completedAt }: JobView) => ({
  queue_wait_ms: between(queuedAt, startedAt),
  model_ms: between(startedAt, completedAt),
  total_ms: between(queuedAt, completedAt),
})

/** How sure the model was before and after an aggressive try; null where nobody said. */
export const confidenceGain = ({ request, answer }: JobView) => {
  const before = request.confidenceBefore ?? null
  const after = answer ? confidenceOf(jsonAnswer(answer.text)) : null
  return { confidence_before: before, confidence_after: after, delta: before === null || after === null ? null : after - before }
}

const resultOf = (job: JobView, answer: JobAnswer) => {
  const said = limitedAnswer(answer, job.request.limits)
  const json = jsonAnswer(said.text)
  const { text, model, conversation, evidence, notes = [] } = answer
  // The page's HTML is of the whole.
  const html = said.text === text ? answer.html : undefined
  return {
    assistant_text: said.text,
    finish_reason: said.finish,
    parsed_json: json,
    render_mode: html === undefined ? 'markdown' : 'html',
    rendered_html: html ?? null,
    raw_response: { text, model: model ?? null, conversation: conversation ?? null, blobs: evidence, notes },
    evidence: evidenceOf(json),
    diagnostics: {
      attempts: job.attempts ?? null,
      latency: latencyOf(job),
      aggressive: job.request.aggressive ? confidenceGain(job) : null,
    },
  }
}

/** The result of an ended job with its HTTP status; 202 with where it stands while it has none. */
export const resultEnvelope = (job: JobView, now: Date) => {
  if (!hasEnded(job)) return { status: 202, body: jobStatusOf(job) } as const
  const envelope = { job_id: job.id, status: job.state, request: requestOf(job) }
  if (job.state === 'completed' && job.answer)
    return { status: 200, body: { ...envelope, result: resultOf(job, job.answer), error: null, timings: timingsOf(job) } } as const
  const fault = jobFault(job, now)
  const body = { ...envelope, result: null, error: contractError(fault), timings: timingsOf(job) }
  return { status: fault.fields.status, body, fault } as const
}
