import { OpenAPIHono } from '@hono/zod-openapi'
import { cors } from 'hono/cors'
import { requestId } from 'hono/request-id'
import { routePath } from 'hono/route'
import { RequestFault } from '../../bus/define-service.ts'
import { faultsOf } from '../../bus/envelope.ts'
import type { GatewayApp, GatewayContext, GatewayEnv, Surface, SurfaceNeeds } from './gateway-app.ts'
import { callerGuard, emptyBodyGuard, type GuardSettings, headersGuard, hostGuard, originGuard, privacyGuard, rateGuard } from './guards.ts'
import { queryGuard } from './query-guard.ts'
import type { Refusals } from './refusals.ts'
import { faultAnswer, faultOf } from './request-faults.ts'
import { sizeGuard } from './size-guard.ts'
import { tokenBuckets } from './token-bucket.ts'

export interface GatewayDependencies {
  readonly around: SurfaceNeeds
  readonly guards: GuardSettings
  readonly surfaces: readonly Surface[]
  readonly refusals: Refusals
  /** Where a client that is lost reads what there is. */
  readonly guide?: string
  /** Bytes that a request's body may have: the door takes 56 KiB, alerts of other programs may be longer. */
  readonly mostBytes?: number
  /** Errors in the words of an API whose clients know others than ours; undefined for what is not its. */
  readonly answerError?: (context: GatewayContext, error: Error) => Response | undefined
  /** Shows a person's browser the way to sign in; undefined where no person reads the answer. */
  readonly toLogin?: (context: GatewayContext) => Response | undefined
}

/** The HTTP app of any listener: guards, then every surface's routes. Whatever is thrown becomes an answer in words. */
export const gatewayApp = (dependencies: GatewayDependencies): GatewayApp => {
  const { around, guards, surfaces, refusals, guide = '/openapi.json tells what there is', mostBytes = 1024 * 1024 } = dependencies
  const app: GatewayApp = new OpenAPIHono<GatewayEnv>({
    defaultHook: (result) => {
      if (!result.success) throw new RequestFault(400, faultsOf(result.error))
    },
  })
  const failed = (error: Error, context: GatewayContext): Response => {
    const fault = faultOf(error)
    const answer = dependencies.answerError?.(context, error) ?? faultAnswer(context, fault)
    told(around, refusals, context, answer.status, error)
    return (fault.code === 401 && dependencies.toLogin?.(context)) || answer
  }
  app.onError(failed)
  app.notFound((context) => {
    const allowed = methodsOf(app, context.req.path)
    if (allowed.length > 0) context.header('allow', allowed.join(', '))
    return failed(allowed.length > 0 ? wrongMethod(context, allowed) : notHere(context, guide), context)
  })
  app.use(requestId({ limitLength: 64 }), headersGuard(), privacyGuard(), hostGuard(guards), originGuard(guards))
  app.use(cors({ origin: [...guards.origins], exposeHeaders: EXPOSED, maxAge: 600 }))
  app.use(callerGuard(guards), rateGuard(tokenBuckets(around.config.gateway.rate_per_minute), around.now))
  app.use(sizeGuard(mostBytes), emptyBodyGuard(), queryGuard(app))
  for (const surface of surfaces) surface(app, around)
  return app
}

/** What pages of other origins may read of an answer beside its body. */
const EXPOSED = ['retry-after', 'x-request-id', 'x-should-retry', 'x-cortex-note', 'mcp-session-id']

const notHere = ({ req }: GatewayContext, guide: string): RequestFault =>
  new RequestFault(404, [`there is no ${req.method} ${req.path.slice(0, 200)} here; ${guide}`])

const wrongMethod = ({ req }: GatewayContext, allowed: readonly string[]): RequestFault =>
  new RequestFault(405, [`${req.path.slice(0, 200)} takes ${allowed.join(', ')} and not ${req.method}`])

/** The methods that some route takes on this path. */
const methodsOf = (app: GatewayApp, path: string): string[] => {
  const methods = [...new Set(app.routes.map(({ method }) => method))].filter((method) => method !== 'ALL')
  // Middleware answers to every path; a handler is one that stands under its own method.
  return methods.filter((method) => app.router.match(method, path)[0].some(([[, route]]) => route.method === method)).sort()
}

/** Refused requests are counted and logged, by route and never with what they carried. */
const told = (around: SurfaceNeeds, refusals: Refusals, context: GatewayContext, status: number, error: Error): void => {
  const route = routePath(context, -1)
  refusals.add(status, `${context.req.method} ${route}`)
  const about = { request: context.get('requestId'), method: context.req.method, route, status, caller: context.get('caller')?.name }
  if (status >= 500) around.log('a request failed', { ...about, error: error.stack ?? error.message })
  else around.log('a request was refused', about)
}
