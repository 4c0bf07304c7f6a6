import { RequestFault } from '../../../bus/define-service.ts'
import type { Presence } from '../../../bus/jetstream/presence.ts'
import { callerOf } from '../../http/caller.ts'
import { documentSurface } from '../../http/document.ts'
import type { GatewayContext, Surface } from '../../http/gateway-app.ts'
import { addDescribed } from '../../http/route-parts.ts'
import type { Scope } from '../../http/scopes.ts'
import type { Jobs } from '../../jobs/jobs.ts'
import { toolFault } from '../tools/tool-fault.ts'
import { attendance, ClientGone } from './attendance.ts'
import { chatRoutes } from './chat.ts'
import { contractRoutes } from './contract.ts'
import { healthRoute } from './described/health.ts'
import { contractError, errorHeaders, openaiError } from './error-body.ts'
import type { ProxyFault } from './fault.ts'
import { healthRoutes } from './health.ts'
import { faultOf } from './job-fault.ts'
import { modelRoutes } from './models.ts'
import { ollamaRoutes } from './ollama.ts'
import { type FetchImage, fetchImage } from './remote-image.ts'
import { responsesRoutes } from './responses.ts'
import type { RouteNeeds } from './route-needs.ts'
import type { ProxySettings } from './settings.ts'

export interface ProxyNeeds {
  readonly jobs: Jobs
  readonly settings: ProxySettings
  /** By which the processes of one bus know whose clients wait for what. */
  readonly presence: Presence
  /** Resolves when clients can come back: before, nobody is known to be gone. */
  readonly listening: Promise<unknown>
  /** How images of other servers are fetched where the settings allow it. */
  readonly fetchImage?: FetchImage
}

/** The model proxy: OpenAI-compatible routes and the job contract before the browser lane. */
export const proxySurface =
  ({ jobs, settings, presence, listening, ...needs }: ProxyNeeds): Surface =>
  (app, { log, now, stopping }) => {
    const around: RouteNeeds = {
      ...{ jobs, settings, log, now },
      attendance: attendance({ jobs, presence, log, stopping, abandonAfterMs: settings.abandonAfterMs }),
      source: { maxBytes: settings.bodyLimit, fetchImage: settings.remoteImages ? (needs.fetchImage ?? fetchImage()) : undefined },
    }
    listening.then(() => around.attendance.clearUp()).catch((error) => log(`jobs whose clients are gone could not be cancelled: ${error}`))
    for (const path of ['/v1/*', '/api/*', '/async/*', '/debug/*'])
      app.use(path, (context, next) => {
        needScope(context)
        return next()
      })
    for (const add of [healthRoutes, modelRoutes, chatRoutes, responsesRoutes, ollamaRoutes, contractRoutes]) add(app, around)
  }

/** Who asks a model creates something; who looks only reads. Throws `RequestFault` 403. */
const needScope = (context: GatewayContext): void => {
  const { name, scopes } = callerOf(context)
  const needed: Scope = ['GET', 'HEAD'].includes(context.req.method) ? 'read' : 'create'
  if (!scopes.includes(needed)) throw new RequestFault(403, [`the token of "${name}" lacks the scope "${needed}"`])
}

/** What is served in its place where there is no browser lane: its health. */
export const noModelsSurface = (): Surface => (app) => {
  addDescribed(app, healthRoute, (context) => context.json({ status: 'ok', lane: null }))
}

const DESCRIPTION =
  'A chat subscription as a model: one job at a time, first in first out, each prompt sent once. It speaks as OpenAI and Ollama do, and ' +
  'has a job contract of its own. On loopback no token is needed.'

/** The document of the port. */
export const modelsDocument = (version: string): Surface =>
  documentSurface({ title: 'Cortex: models and tools', description: DESCRIPTION, version })

/** What a client that is lost is told where models are missing; else it reads the document. */
export const NO_MODELS_GUIDE = '/openapi.json tells what there is; models need a browser lane ([lanes.browser])'

const errorBody = (path: string, fault: ProxyFault): object => {
  if (path.startsWith('/api/')) return { error: fault.message }
  return path.startsWith('/async/') ? { status: 'error', error: contractError(fault) } : openaiError(fault)
}

/**
 * Many clients of OpenAI and Ollama repeat these, and every 5xx, by themselves, and do not read `x-should-retry`: what was sent would go
 * out again each time. Those of the job contract repeat nothing unasked.
 */
const REPEATED = [408, 409, 429]
const statusOf = (path: string, { fields: { status, isSent } }: ProxyFault): ProxyFault['fields']['status'] =>
  isSent && (status >= 500 || REPEATED.includes(status)) && !path.startsWith('/async/') ? 424 : status

/** Errors in the words of the API that was asked: each has its own shape. */
export const proxyError = (context: GatewayContext, error: Error): Response => {
  // Nobody reads it: the connection is gone.
  if (error instanceof ClientGone) return new Response(null, { status: 499 })
  const refused = toolFault(context, error)
  if (refused) return refused
  const fault = faultOf(error)
  return context.json(errorBody(context.req.path, fault), statusOf(context.req.path, fault), errorHeaders(fault))
}
