import { OpenAPIHono } from '@hono/zod-openapi'
import { cors } from 'hono/cors'
import { routePath } from 'hono/route'
import { RequestFault } from '../../bus/define-service.ts'
import { faultsOf } from '../../bus/envelope.ts'
import type { GatewayApp, GatewayContext, GatewayEnv, HttpSurroundings, Surface } from './gateway-app.ts'
import {
  callerGuard,
  emptyBodyGuard,
  type GuardSettings,
  hostGuard,
  originGuard,
  privacyGuard,
  rateGuard,
  requestId,
  sizeGuard,
} from './guards.ts'
import type { Refusals } from './refusals.ts'
import { faultAnswer, faultOf } from './request-faults.ts'
import { tokenBuckets } from './token-bucket.ts'

export interface GatewayDependencies {
  readonly around: HttpSurroundings
  readonly guards: GuardSettings
  readonly surfaces: readonly Surface[]
  readonly refusals: Refusals
  /** Shows a person's browser the way to sign in; undefined where no person reads the answer. */
  readonly toLogin?: (context: GatewayContext) => Response | undefined
}

/** Bytes that a request's body may have: the door takes 56 KiB, alerts of other programs may be longer. */
const BODY_LIMIT = 1024 * 1024

/** The gateway's HTTP app: guards, then every surface's routes. Whatever is thrown becomes an answer in words. */
export const gatewayApp = ({ around, guards, surfaces, refusals, toLogin }: GatewayDependencies): GatewayApp => {
  const app: GatewayApp = new OpenAPIHono<GatewayEnv>({
    defaultHook: (result) => {
      if (!result.success) throw new RequestFault(400, faultsOf(result.error))
    },
  })
  app.onError((error, context) => {
    const fault = faultOf(error)
    told(around, refusals, context, fault, error)
    return (fault.code === 401 && toLogin?.(context)) || faultAnswer(context, fault)
  })
  app.notFound((context) => {
    const allowed = methodsOf(app, context.req.path)
    if (allowed.length > 0) context.header('allow', allowed.join(', '))
    const fault =
      allowed.length > 0
        ? wrongMethod(context, allowed)
        : new RequestFault(404, [
            `there is no ${context.req.method} ${context.req.path.slice(0, 200)} here; /openapi.json tells what there is`,
          ])
    told(around, refusals, context, fault, fault)
    return faultAnswer(context, fault)
  })
  app.use(requestId(), privacyGuard(), hostGuard(guards), originGuard(guards))
  app.use(
    cors({ origin: [...around.config.gateway.origins], exposeHeaders: ['retry-after', 'x-request-id', 'mcp-session-id'], maxAge: 600 }),
  )
  app.use(callerGuard(guards), rateGuard(tokenBuckets(around.config.gateway.rate_per_minute), around.now))
  app.use(sizeGuard(BODY_LIMIT), emptyBodyGuard())
  for (const surface of surfaces) surface(app, around)
  return app
}

const wrongMethod = ({ req }: GatewayContext, allowed: readonly string[]): RequestFault =>
  new RequestFault(405, [`${req.path.slice(0, 200)} takes ${allowed.join(', ')} and not ${req.method}`])

/** The methods that some route takes on this path. */
const methodsOf = (app: GatewayApp, path: string): string[] => {
  const methods = [...new Set(app.routes.map(({ method }) => method))].filter((method) => method !== 'ALL')
  // Middleware answers to every path; a handler is one that stands under its own method.
  return methods.filter((method) => app.router.match(method, path)[0].some(([[, route]]) => route.method === method)).sort()
}

/** Refused requests are counted and logged, by route and never with what they carried. */
const told = (around: HttpSurroundings, refusals: Refusals, context: GatewayContext, fault: RequestFault, error: Error): void => {
  const route = routePath(context, -1)
  refusals.add(fault.code, `${context.req.method} ${route}`)
  const about = {
    request: context.get('requestId'),
    method: context.req.method,
    route,
    status: fault.code,
    caller: context.get('caller')?.name,
  }
  if (fault.code >= 500) around.log('a request failed', { ...about, error: error.stack ?? error.message })
  else around.log('a request was refused', about)
}
