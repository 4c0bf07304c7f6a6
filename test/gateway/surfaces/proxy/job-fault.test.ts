import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RequestFault } from '../../../../bus/define-service.ts'
import { Backpressure, type JobError, type JobView } from '../../../../gateway/jobs/jobs.ts'
import { contractError, errorHeaders, openaiError } from '../../../../gateway/surfaces/proxy/error-body.ts'
import { ProxyFault } from '../../../../gateway/surfaces/proxy/fault.ts'
import { faultOf, jobFault, lateFault } from '../../../../gateway/surfaces/proxy/job-fault.ts'

const now = new Date('2026-01-01T00:00:00Z')
const failed = (error: Partial<JobError> & { code: string }): JobView => ({
  id: 'job-1',
  state: 'failed',
  request: { model: 'gpt-test', priority: 'interactive', aggressive: false },
  queuedAt: '2026-01-01T00:00:00Z',
  error: { reason: 'because', retryable: true, ...error },
})
const told = (error: Parameters<typeof failed>[0]) => {
  const { status, code, openaiCode, retryable } = jobFault(failed(error), now).fields
  return [status, openaiCode ?? code, retryable]
}

test('each end without an answer has its status, its code, and says whether it may be repeated', () => {
  assert.deepEqual(told({ code: 'LANE_UNAVAILABLE', lane: 'auth_required' }), [401, 'UPSTREAM_LOGIN_REQUIRED', false])
  assert.deepEqual(told({ code: 'LANE_UNAVAILABLE', lane: 'challenge' }), [503, 'UPSTREAM_CHALLENGE', true])
  assert.deepEqual(told({ code: 'LANE_UNAVAILABLE', lane: 'rate_limited' }), [429, 'UPSTREAM_RATE_LIMITED', true])
  assert.deepEqual(told({ code: 'LANE_UNAVAILABLE', lane: 'degraded' }), [503, 'UPSTREAM_UNAVAILABLE', true])
  assert.deepEqual(told({ code: 'LANE_UNAVAILABLE' }), [503, 'UPSTREAM_UNAVAILABLE', true])
  assert.deepEqual(told({ code: 'OUTCOME_UNKNOWN' }), [424, 'UPSTREAM_BAD_RESPONSE', false])
  assert.deepEqual(told({ code: 'MODEL_UNAVAILABLE' }), [404, 'model_not_found', false])
  assert.deepEqual(told({ code: 'MESSAGE_TOO_LONG' }), [400, 'context_length_exceeded', false])
  assert.deepEqual(told({ code: 'ATTACHMENT_REFUSED' }), [400, 'INVALID_REQUEST', false])
  assert.deepEqual(told({ code: 'ANSWER_FAILED' }), [503, 'UPSTREAM_UNAVAILABLE', true])
  assert.deepEqual(told({ code: 'ANSWER_EMPTY' }), [424, 'UPSTREAM_BAD_RESPONSE', true])
  assert.deepEqual(told({ code: 'TURN_TIMEOUT', retryable: false }), [504, 'UPSTREAM_TIMEOUT', false])
  assert.deepEqual(told({ code: 'CANCELLED' }), [409, 'JOB_CANCELLED', false])
  assert.deepEqual(told({ code: 'PAGE_UNKNOWN' }), [503, 'UPSTREAM_UNAVAILABLE', true])
  assert.deepEqual(told({ code: 'toString', retryable: false }), [500, 'INTERNAL_ERROR', false])
})

test('a job that ended without a reason still has an error', () => {
  const cancelled = jobFault({ ...failed({ code: '' }), state: 'cancelled', error: undefined }, now)
  assert.equal(cancelled.fields.code, 'JOB_CANCELLED')
})

test('of a prompt that is out no client is told to send it again by itself', () => {
  const failing = failed({ code: 'ANSWER_FAILED' })
  assert.equal(errorHeaders(jobFault(failing, now))['x-should-retry'], 'true')
  const fault = jobFault({ ...failing, sentAt: '2026-01-01T00:00:00Z' }, now)
  assert.equal(errorHeaders(fault)['x-should-retry'], 'false')
  assert.equal(contractError(fault).retryable, true, 'a person may ask again')
})

test('the time until which the lane waits becomes Retry-After', () => {
  const fault = jobFault(failed({ code: 'LANE_UNAVAILABLE', lane: 'rate_limited', until: '2026-01-01T00:00:44.200Z' }), now)
  assert.deepEqual(errorHeaders(fault), { 'x-should-retry': 'true', 'retry-after': '45' })
  assert.equal(fault.fields.details?.until, '2026-01-01T00:00:44.200Z')
})

test('clients are told not to repeat what may have been sent', () => {
  assert.equal(errorHeaders(jobFault(failed({ code: 'OUTCOME_UNKNOWN' }), now))['x-should-retry'], 'false')
})

test('a full queue is 429 with the time to wait', () => {
  const fault = faultOf(new Backpressure({ retryAfterMs: 2_500, depth: 120 }))
  assert.equal(fault.fields.code, 'QUEUE_BACKPRESSURE')
  assert.deepEqual(errorHeaders(fault), { 'x-should-retry': 'true', 'retry-after': '3' })
})

test('what nobody foresaw is an internal error, which is logged where no guard hears of it', () => {
  const lines: string[] = []
  assert.equal(faultOf(new TypeError('oops')).fields.status, 500)
  assert.equal(lateFault(new RequestFault(413, ['too long']), assert.fail).fields.code, 'PAYLOAD_TOO_LARGE')
  assert.equal(lateFault(new TypeError('oops'), (line) => lines.push(line)).fields.status, 500)
  assert.match(lines.join(), /TypeError: oops/)
})

test('both shapes of an error say the same', () => {
  const fault = new ProxyFault({
    status: 429,
    code: 'UPSTREAM_RATE_LIMITED',
    message: 'later',
    retryable: true,
    param: 'model',
    details: { a: 1 },
  })
  assert.deepEqual(openaiError(fault), {
    error: { message: 'later', type: 'rate_limit_error', param: 'model', code: 'UPSTREAM_RATE_LIMITED', details: { a: 1 } },
  })
  assert.deepEqual(contractError(fault), {
    code: 'UPSTREAM_RATE_LIMITED',
    message: 'later',
    retryable: true,
    details: { a: 1, param: 'model' },
  })
})
