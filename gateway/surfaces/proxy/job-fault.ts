import type { RequestFault } from '../../../bus/define-service.ts'
import { messageOf } from '../../../bus/errors.ts'
import { faultOf as requestFaultOf } from '../../http/request-faults.ts'
import { Backpressure, type JobError, type JobView, type LaneView } from '../../jobs/jobs.ts'
import { type FaultFields, ProxyFault } from './fault.ts'

type Row = Pick<FaultFields, 'status' | 'code' | 'openaiCode'> & { readonly never?: 'retryable' }

/**
 * What a job that brought no answer is over HTTP, by its TurnCode. Codes and statuses are those of the job contract.
 *
 * | TurnCode | HTTP | code | repeatable |
 * | --- | --- | --- | --- |
 * | LANE_UNAVAILABLE, auth_required | 401 | UPSTREAM_LOGIN_REQUIRED | no: a person must sign in |
 * | LANE_UNAVAILABLE, challenge | 503 | UPSTREAM_CHALLENGE | as the job says |
 * | LANE_UNAVAILABLE, rate_limited | 429, Retry-After | UPSTREAM_RATE_LIMITED | as the job says |
 * | LANE_UNAVAILABLE, else | 503 | UPSTREAM_UNAVAILABLE | as the job says |
 * | OUTCOME_UNKNOWN | 424 | UPSTREAM_BAD_RESPONSE | no: it may have been sent |
 * | MODEL_UNAVAILABLE | 404 | INVALID_REQUEST, to OpenAI clients model_not_found | no |
 * | MESSAGE_TOO_LONG | 400 | INVALID_REQUEST, to OpenAI clients context_length_exceeded | no |
 * | ATTACHMENT_REFUSED | 400 | INVALID_REQUEST | no |
 * | ANSWER_FAILED, by a limit, a login or a challenge | as LANE_UNAVAILABLE | | as the job says |
 * | ANSWER_FAILED, else | 503 | UPSTREAM_UNAVAILABLE | as the job says |
 * | ANSWER_EMPTY | 424 | UPSTREAM_BAD_RESPONSE | as the job says |
 * | TURN_TIMEOUT | 504 | UPSTREAM_TIMEOUT | as the job says |
 * | CANCELLED | 409 | JOB_CANCELLED | no: somebody wanted it so |
 * | PAGE_UNKNOWN | 503 | UPSTREAM_UNAVAILABLE | as the job says |
 * | any other | 500 | INTERNAL_ERROR | as the job says |
 *
 * Of a prompt that was sent `x-should-retry` is false, whatever the job says: each repetition would be another prompt. To clients of
 * OpenAI and Ollama its 5xx, 409 and 429 are 424 then.
 */
const rows = new Map<string, Row>(
  Object.entries<Row>({
    OUTCOME_UNKNOWN: { status: 424, code: 'UPSTREAM_BAD_RESPONSE', never: 'retryable' },
    MODEL_UNAVAILABLE: { status: 404, code: 'INVALID_REQUEST', openaiCode: 'model_not_found', never: 'retryable' },
    MESSAGE_TOO_LONG: { status: 400, code: 'INVALID_REQUEST', openaiCode: 'context_length_exceeded', never: 'retryable' },
    ATTACHMENT_REFUSED: { status: 400, code: 'INVALID_REQUEST', never: 'retryable' },
    ANSWER_FAILED: { status: 503, code: 'UPSTREAM_UNAVAILABLE' },
    ANSWER_EMPTY: { status: 424, code: 'UPSTREAM_BAD_RESPONSE' },
    TURN_TIMEOUT: { status: 504, code: 'UPSTREAM_TIMEOUT' },
    CANCELLED: { status: 409, code: 'JOB_CANCELLED', never: 'retryable' },
    PAGE_UNKNOWN: { status: 503, code: 'UPSTREAM_UNAVAILABLE' },
  }),
)

const unavailable: Row = { status: 503, code: 'UPSTREAM_UNAVAILABLE' }
const laneRows: Readonly<Partial<Record<LaneView['state'], Row>>> = {
  auth_required: { status: 401, code: 'UPSTREAM_LOGIN_REQUIRED', never: 'retryable' },
  challenge: { status: 503, code: 'UPSTREAM_CHALLENGE' },
  rate_limited: { status: 429, code: 'UPSTREAM_RATE_LIMITED' },
}

const rowOf = ({ code, lane }: JobError): Row => {
  if (code === 'LANE_UNAVAILABLE' || (code === 'ANSWER_FAILED' && lane)) return (lane && laneRows[lane]) ?? unavailable
  return rows.get(code) ?? { status: 500, code: 'INTERNAL_ERROR' }
}

const untilMs = (until: string | undefined, now: Date): number | undefined => {
  const ms = until === undefined ? Number.NaN : Date.parse(until) - now.getTime()
  return Number.isNaN(ms) ? undefined : Math.max(0, ms)
}

/** The error that an ended job without an answer is; its id goes along. */
export const jobFault = (job: JobView, now: Date): ProxyFault => {
  const error: JobError = job.error ?? {
    code: job.state === 'cancelled' ? 'CANCELLED' : job.state,
    reason: `The job ended as ${job.state} and says no reason.`,
    retryable: false,
  }
  const { never, ...row } = rowOf(error)
  const { code, reason, until, lane } = error
  return new ProxyFault({
    ...row,
    message: reason,
    retryable: error.retryable && never === undefined,
    retryAfterMs: untilMs(until, now),
    isSent: job.sentAt !== undefined,
    details: { code, job_id: job.id, ...(until ? { until } : {}), ...(lane ? { lane } : {}) },
  })
}

/** What was thrown, as the answer it becomes. What nobody foresaw is an INTERNAL_ERROR that names its message. Pure. */
export const faultOf = (error: unknown): ProxyFault => {
  if (error instanceof ProxyFault) return error
  if (error instanceof Backpressure)
    return new ProxyFault({
      status: 429,
      code: 'QUEUE_BACKPRESSURE',
      message: error.message,
      retryable: true,
      retryAfterMs: error.retryAfterMs,
      details: { depth: error.depth },
    })
  const request = requestFaultOf(error)
  if (request.code !== 500) return guardFault(request)
  const message = `The proxy failed: ${messageOf(error)}`
  return new ProxyFault({ status: 500, code: 'INTERNAL_ERROR', message, retryable: true }, { cause: error })
}

/** The same in the middle of a stream, where no guard hears of it any more: what nobody foresaw is logged here. */
export const lateFault = (error: unknown, log: (line: string) => void): ProxyFault => {
  const fault = faultOf(error)
  if (fault.fields.status === 500) log(`a request failed: ${error instanceof Error ? error.stack : error}`)
  return fault
}

const guardRows = new Map<number, Row>([
  [401, { status: 401, code: 'UNAUTHORIZED', openaiCode: 'invalid_api_key' }],
  [403, { status: 403, code: 'FORBIDDEN' }],
  [404, { status: 404, code: 'NOT_FOUND' }],
  [405, { status: 405, code: 'METHOD_NOT_ALLOWED' }],
  [413, { status: 413, code: 'PAYLOAD_TOO_LARGE' }],
  [429, { status: 429, code: 'RATE_LIMITED' }],
  [503, { status: 503, code: 'UPSTREAM_UNAVAILABLE' }],
])

/** What the guards before every surface refuse, in the words of the job contract. */
const guardFault = ({ code, message, retryAfterMs }: RequestFault): ProxyFault =>
  new ProxyFault({
    ...(guardRows.get(code) ?? { status: 400, code: 'INVALID_REQUEST' }),
    ...{ message, retryAfterMs, retryable: retryAfterMs !== undefined },
  })
