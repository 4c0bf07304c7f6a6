import { createRoute, z } from '@hono/zod-openapi'
import { inAddress, json } from '../../../http/route-parts.ts'
import { Submission } from '../contract-request.ts'
import { jobFaults } from './faults.ts'
import { ChatQuestion, idempotency } from './pieces.ts'

const tags = ['jobs']

const time = z.string().nullable()
const milliseconds = z.number().nullable()
const States = z.enum(['queued', 'running', 'completed', 'failed', 'cancelled'])
const Links = z.object({ status: z.string(), result: z.string(), cancel: z.string() })
const job = {
  job_id: z.string(),
  status: States,
  request: z.object({ model: z.string(), priority: z.string(), aggressive: z.boolean() }),
  timings: z.object({ queued_at: z.string(), started_at: time, sent_at: time, completed_at: time }),
}
const JobStatus = z
  .object({
    ...job,
    position: z.int().optional().describe('in the queue; 1 is next'),
    waiting: z.object({ lane: z.string(), reason: z.string(), until: time }).optional().describe('why it does not go on'),
    links: Links,
  })
  .openapi('JobStatus')

const JobResult = z
  .object({
    ...job,
    error: z.null(),
    result: z.object({
      assistant_text: z.string().describe('Markdown, up to the limits of the payload'),
      finish_reason: z.enum(['stop', 'length']),
      parsed_json: z.looseObject({}).nullable(),
      render_mode: z.enum(['markdown', 'html']),
      rendered_html: z.string().nullable(),
      raw_response: z.object({
        text: z.string().describe('as the page gave it'),
        model: z.string().nullable(),
        conversation: z.string().nullable(),
        blobs: z.array(z.string()),
        notes: z.array(z.string()),
      }),
      evidence: z.array(z.looseObject({})),
      diagnostics: z.looseObject({
        attempts: z.int().nullable(),
        latency: z.object({ queue_wait_ms: milliseconds, model_ms: milliseconds, total_ms: milliseconds }),
      }),
    }),
  })
  .openapi('JobResult')

export const submitRoute = createRoute({
  method: 'post',
  path: '/async/submit',
  operationId: 'submitJob',
  tags,
  summary: 'Takes a question as a job; nobody needs to wait for it',
  request: { headers: idempotency, body: { required: true, ...json(Submission.extend({ payload: ChatQuestion })) } },
  responses: { 202: { description: 'It is stored, and has its place', ...json(JobStatus) }, ...jobFaults.asking },
})

const id = z.object({ id: z.string() })

export const statusRoute = createRoute({
  method: 'get',
  path: '/async/status/{id}',
  operationId: 'getJobStatus',
  tags,
  summary: 'Where a job is',
  request: { params: id },
  responses: { 200: { description: 'The job', ...json(JobStatus) }, ...jobFaults.looking },
})

/** The longest wait of one request for a result, in milliseconds. */
export const MAX_WAIT_MS = 600_000

export const resultRoute = createRoute({
  method: 'get',
  path: '/async/result/{id}',
  operationId: 'getJobResult',
  tags,
  summary: "A job's answer, waited for",
  request: { params: id, query: z.strictObject({ wait_ms: inAddress('wait_ms', 'query', z.int().min(0).max(MAX_WAIT_MS).default(0)) }) },
  responses: {
    200: { description: 'The answer', ...json(JobResult) },
    202: { description: 'There is none yet; one request waits 240 s at most', ...json(JobStatus) },
    ...jobFaults.asking,
  },
})

export const cancelRoute = createRoute({
  method: 'post',
  path: '/async/cancel/{id}',
  operationId: 'cancelJob',
  tags,
  summary: 'Cancels a job that is not sent yet; one that is sent is finished and kept',
  request: { params: id },
  responses: {
    200: { description: 'What became of it', ...json(JobStatus.extend({ cancelled: z.boolean(), note: z.string() })) },
    ...jobFaults.looking,
  },
})

const looking = <const Path extends string, Answer extends z.ZodType>(path: Path, operationId: string, summary: string, answer: Answer) =>
  createRoute({
    ...{ method: 'get', path, operationId, tags, summary },
    responses: { 200: { description: 'As of now', ...json(answer) }, ...jobFaults.looking },
  })

export const queueRoute = looking(
  '/async/queue',
  'getJobQueue',
  'Who waits, and which job runs',
  z.object({
    depth: z.int(),
    limit: z.int(),
    max_in_flight: z.int(),
    running: z.union([JobStatus, z.null()]),
    waiting: z.array(JobStatus),
  }),
)
export const stateRoute = looking(
  '/async/state',
  'getLaneState',
  'How the lane to the chat page is',
  z.object({
    ...{ state: z.string(), reason: z.string(), since: time, until: time, site: z.string().nullable() },
    queue: z.object({ depth: z.int(), limit: z.int(), running: z.string().nullable() }),
  }),
)
export const metricsRoute = looking(
  '/async/metrics',
  'getJobMetrics',
  'How the last jobs went',
  z.looseObject({ ended: z.int(), completed: z.int(), success_rate: z.number().nullable() }),
)
