import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JobView } from '../../../../gateway/jobs/jobs.ts'
import { resultEnvelope } from '../../../../gateway/surfaces/proxy/envelope.ts'
import { jobMetrics, percentile } from '../../../../gateway/surfaces/proxy/metrics.ts'

const at = (second: number): string => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString()
const job = (more: Partial<JobView> = {}): JobView => ({
  id: 'job-1',
  state: 'completed',
  request: { model: 'gpt-test', priority: 'batch', aggressive: false },
  queuedAt: at(0),
  startedAt: at(2),
  sentAt: at(3),
  completedAt: at(12),
  answer: { text: 'Hello.', evidence: [] },
  ...more,
})
const now = new Date(at(20))

test('a percentile is a value that was measured', () => {
  assert.equal(percentile([3, 1, 2], 0.5), 2)
  assert.equal(percentile([3, 1, 2], 0.95), 3)
  assert.equal(percentile([], 0.5), null)
})

test('metrics count ends, times, errors and what aggressive tries won', () => {
  const aggressive = { model: 'gpt-other', priority: 'retry', aggressive: true, confidenceBefore: 0.4 }
  const metrics = jobMetrics([
    job(),
    job({ request: aggressive, answer: { text: '{"confidence": 0.9}', evidence: [] } }),
    job({ request: aggressive, answer: { text: '{"confidence": 0.2}', evidence: [] } }),
    job({ state: 'failed', answer: undefined, error: { code: 'TURN_TIMEOUT', reason: 'late', retryable: true } }),
  ])
  assert.equal(metrics.success_rate, 0.75)
  assert.deepEqual(metrics.latency.queue_wait_ms, { p50: 2_000, p95: 2_000 })
  assert.deepEqual(metrics.models['gpt-test'], { jobs: 2, completed: 1, success_rate: 0.5 })
  assert.deepEqual(metrics.errors, { TURN_TIMEOUT: 1 })
  assert.deepEqual(metrics.aggressive, { jobs: 2, judged: 2, win_rate: 0.5 })
})

test('nothing ended is nothing measured', () => {
  assert.deepEqual([jobMetrics([]).success_rate, jobMetrics([]).latency.total_ms.p95], [null, null])
})

test('a result tells the answer, its JSON, the evidence in it, and the times', () => {
  const evidence = [{ snippet_id: 's1', quote: '24 mm', dom_anchor: '#spec' }, 'not one']
  const text = JSON.stringify({ width: 24, confidence: 0.9, evidence })
  const request = { model: 'gpt-test', priority: 'interactive', aggressive: true, confidenceBefore: 0.5 }
  const { status, body } = resultEnvelope(
    job({ request, answer: { text, html: '<p>24</p>', conversation: 'https://c/1', evidence: ['blob'] } }),
    now,
  )
  assert.equal(status, 200)
  assert.deepEqual(JSON.parse(JSON.stringify(body)), {
    job_id: 'job-1',
    status: 'completed',
    request: { model: 'gpt-test', priority: 'interactive', aggressive: true },
    result: {
      assistant_text: text,
      finish_reason: 'stop',
      parsed_json: JSON.parse(text),
      render_mode: 'html',
      rendered_html: '<p>24</p>',
      raw_response: { text, model: null, conversation: 'https://c/1', blobs: ['blob'], notes: [] },
      evidence: [
        { snippet_id: 's1', quote: '24 mm', dom_anchor: '#spec', screenshot_region: null, model_path: null, reasoning_note: null },
      ],
      diagnostics: {
        attempts: null,
        latency: { queue_wait_ms: 2_000, model_ms: 10_000, total_ms: 12_000 },
        aggressive: { confidence_before: 0.5, confidence_after: 0.9, delta: 0.4 },
      },
    },
    error: null,
    timings: { queued_at: at(0), started_at: at(2), sent_at: at(3), completed_at: at(12) },
  })
})

test('a job that is not over has a place instead of a result', () => {
  const { status, body } = resultEnvelope(job({ state: 'queued', position: 3, answer: undefined }), now)
  assert.equal(status, 202)
  assert.ok('position' in body && body.position === 3 && body.links.result === '/async/result/job-1')
})

test('a job without an answer has its error and its status', () => {
  const { status, body } = resultEnvelope(job({ state: 'cancelled', answer: undefined }), now)
  assert.equal(status, 409)
  assert.ok('error' in body && body.error?.code === 'JOB_CANCELLED')
})
