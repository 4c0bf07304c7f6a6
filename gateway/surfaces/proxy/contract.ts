import type { Context } from 'hono'
import type { GatewayApp } from '../../http/gateway-app.ts'
import { addDescribed } from '../../http/route-parts.ts'
import type { Jobs, JobView } from '../../jobs/jobs.ts'
import { askedBySubmission, jobKey, readBody } from './body.ts'
import { readSubmission } from './contract-request.ts'
import {
  cancelRoute,
  MAX_WAIT_MS,
  metricsRoute,
  queueRoute,
  resultRoute,
  stateRoute,
  statusRoute,
  submitRoute,
} from './described/contract.ts'
import { jobStatusOf, linksOf, resultEnvelope } from './envelope.ts'
import { errorHeaders } from './error-body.ts'
import { invalidRequest, jobNotFound } from './fault.ts'
import { jobMetrics } from './metrics.ts'
import type { RouteNeeds } from './route-needs.ts'
import { submitKept } from './submit-question.ts'

/** The job contract: `/async/submit`, `status`, `result`, `cancel`, `queue`, `state`, `metrics`. */
export const contractRoutes = (app: GatewayApp, around: RouteNeeds): void => {
  const { jobs, source, settings, now } = around

  addDescribed(app, submitRoute, async (context) => {
    const body = await readBody(context)
    const { request } = await readSubmission(body, { jobs, source, timeoutMs: settings.timeoutMs })
    const job = await submitKept(around, request, jobKey(context, askedBySubmission(body)))
    return context.json(jobStatusOf(job), 202)
  })

  addDescribed(app, statusRoute, async (context) => context.json(jobStatusOf(await jobOf(jobs, context))))

  addDescribed(app, resultRoute, async (context) => {
    const waitMs = waitOf(context)
    const { id } = await jobOf(jobs, context)
    // Nothing is sent meanwhile, and some clients give up without headers: they come again.
    const job = await jobs.wait(id, { waitMs: Math.min(waitMs, settings.headersWithinMs), signal: context.req.raw.signal })
    const { status, body, ...rest } = resultEnvelope(job, now())
    return context.json(body, status, 'fault' in rest && rest.fault ? errorHeaders(rest.fault) : {})
  })

  addDescribed(app, cancelRoute, async (context) => {
    const { id } = await jobOf(jobs, context)
    const job = await jobs.cancel(id, 'its client cancelled it')
    return context.json({ ...jobStatusOf(job), cancelled: job.state === 'cancelled', note: cancelNote(job) })
  })

  addDescribed(app, queueRoute, async (context) => {
    const { depth, limit, running, waiting } = await jobs.queue()
    return context.json({
      depth,
      limit,
      max_in_flight: 1,
      running: running ? jobStatusOf(running) : null,
      waiting: waiting.map(jobStatusOf),
    })
  })

  addDescribed(app, stateRoute, async (context) => {
    const [{ state, reason, since, until, site }, { depth, limit, running }] = await Promise.all([jobs.lane(), jobs.queue()])
    const lane = { state, reason, since: since ?? null, until: until ?? null, site: site ?? null }
    return context.json({ ...lane, queue: { depth, limit, running: running?.id ?? null } })
  })

  addDescribed(app, metricsRoute, async (context) => context.json(jobMetrics((await jobs.metrics()).ended)))
}

const jobOf = async (jobs: Jobs, context: Context): Promise<JobView> => {
  const id = context.req.param('id') ?? ''
  const job = await jobs.find(id)
  if (!job) throw jobNotFound(id)
  return job
}

const waitOf = (context: Context): number => {
  const said = context.req.query('wait_ms') ?? '0'
  const waitMs = /^\d{1,9}$/.test(said) ? Number(said) : Number.NaN
  if (waitMs <= MAX_WAIT_MS) return waitMs
  throw invalidRequest([{ param: 'wait_ms', message: `must be a whole number of milliseconds up to ${MAX_WAIT_MS}` }])
}

const cancelNote = ({ state, id }: JobView): string => {
  if (state === 'cancelled') return 'It will not be sent.'
  if (state === 'running') return `It is sent already: its answer is finished and kept at ${linksOf(id).result}.`
  return state === 'queued' ? 'It is on its way to be cancelled.' : `It had ended before: ${state}.`
}
