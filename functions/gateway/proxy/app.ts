import { type Context, Hono } from 'hono'
import { attendance, ClientGone } from './attendance.ts'
import { chatRoutes } from './chat.ts'
import { contractRoutes } from './contract.ts'
import { contractError, errorHeaders, openaiError } from './error-body.ts'
import { ProxyFault } from './fault.ts'
import { crossOrigin, hostGuard, originGuard, sizeGuard, tokenGuard } from './guards.ts'
import { healthRoutes } from './health.ts'
import { faultOf } from './job-fault.ts'
import type { Jobs } from './jobs.ts'
import { modelRoutes } from './models.ts'
import { type FetchImage, fetchImage } from './remote-image.ts'
import { responsesRoutes } from './responses.ts'
import type { ProxySettings } from './settings.ts'
import type { Surroundings } from './surroundings.ts'

export interface ProxyDependencies {
  readonly jobs: Jobs
  readonly settings: ProxySettings
  readonly log: (line: string) => void
  readonly now?: () => Date
  /** Aborted before the server stops: connections that end from then on are not clients that went away. */
  readonly stopping?: AbortSignal
  /** How images of other servers are fetched where the settings allow it. */
  readonly fetchImage?: FetchImage
}

/** The model proxy: OpenAI-compatible routes and the job contract before the browser lane. */
export const proxyApp = (dependencies: ProxyDependencies): Hono => {
  const { jobs, settings, log, stopping, now = () => new Date() } = dependencies
  const around: Surroundings = {
    jobs,
    settings,
    log,
    now,
    attendance: attendance({ jobs, log, stopping, abandonAfterMs: settings.abandonAfterMs }),
    source: { maxBytes: settings.bodyLimit, fetchImage: settings.remoteImages ? (dependencies.fetchImage ?? fetchImage()) : undefined },
  }
  const app = new Hono()
  app.onError((error, context) => failed(error, context, log))
  app.notFound((context) => answerFault(notFound(context), context))
  app.use(hostGuard(settings), originGuard(settings), crossOrigin(settings), tokenGuard(settings), sizeGuard(settings))
  for (const routes of [healthRoutes, modelRoutes, chatRoutes, responsesRoutes, contractRoutes]) routes(app, around)
  return app
}

const failed = (error: Error, context: Context, log: (line: string) => void): Response => {
  // Nobody reads it: the connection is gone.
  if (error instanceof ClientGone) return new Response(null, { status: 499 })
  return answerFault(faultOf(error, log), context)
}

const notFound = ({ req }: Context): ProxyFault =>
  new ProxyFault({
    status: 404,
    code: 'NOT_FOUND',
    message:
      `There is no ${req.method} ${req.path.slice(0, 200)} here. There are GET /v1/models, POST /v1/chat/completions, POST /v1/responses, ` +
      'POST /async/submit and cancel, GET /async/status, result, queue, state and metrics, GET /health and /debug/worker-state.',
  })

/** Each API has its own shape of an error. */
const answerFault = (fault: ProxyFault, context: Context): Response => {
  const isContract = context.req.path.startsWith('/async/')
  const body = isContract ? { status: 'error', error: contractError(fault) } : openaiError(fault)
  return context.json(body, fault.fields.status, errorHeaders(fault))
}
