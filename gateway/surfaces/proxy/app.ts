import type { Hono } from 'hono'
import type { Operations } from '../../operations.ts'
import { attendance } from './attendance.ts'
import { chatRoutes } from './chat.ts'
import { contractRoutes } from './contract.ts'
import { guardedApp } from './guarded-app.ts'
import { healthRoutes } from './health.ts'
import type { Jobs } from './jobs.ts'
import { modelRoutes } from './models.ts'
import { type FetchImage, fetchImage } from './remote-image.ts'
import { responsesRoutes } from './responses.ts'
import type { ProxySettings } from './settings.ts'
import type { Surroundings } from './surroundings.ts'
import { toolRoutes } from './tool-routes.ts'

export interface ProxyDependencies {
  readonly jobs: Jobs
  readonly settings: ProxySettings
  readonly log: (line: string) => void
  readonly now?: () => Date
  /** Aborted before the server stops: connections that end from then on are not clients that went away. */
  readonly stopping?: AbortSignal
  /** How images of other servers are fetched where the settings allow it. */
  readonly fetchImage?: FetchImage
  /** What the tools of a chat may do; without it there are none. */
  readonly tools?: Operations | undefined
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
  const app = guardedApp(settings, log, routes)
  for (const add of [healthRoutes, modelRoutes, chatRoutes, responsesRoutes, contractRoutes]) add(app, around)
  if (dependencies.tools) toolRoutes(app, { operations: dependencies.tools, now, log })
  return app
}

const routes =
  'GET /v1/models, POST /v1/chat/completions, POST /v1/responses, POST /async/submit and cancel, GET /async/status, result, queue, state ' +
  'and metrics, POST /execute-tool, GET /tools, /health and /debug/worker-state'
