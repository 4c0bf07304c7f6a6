import type { RouteConfig } from '@hono/zod-openapi'
import type { MiddlewareHandler } from 'hono'
import { matchedRoutes } from 'hono/route'
import { z } from 'zod'
import { RequestFault } from '../../bus/define-service.ts'
import { faultsOf } from '../../bus/envelope.ts'
import type { GatewayApp, GatewayContext, GatewayEnv } from './gateway-app.ts'

/** Names that are told of, of those that nobody knows. */
const MOST_NAMES = 20

/** Where clients of others, and probes, say more than we read: OpenAI's and Ollama's forms (`api-version`, `include`), a scraper's own names. */
const OF_OTHERS = /^\/(?:v1|api)\/|^\/(?:health|metrics)$/

/** What a described route does not know in an address's question is refused, with all else that is wrong there: a misspelt name would be lost without a word. Routes whose form is another's take it. */
export const queryGuard =
  (app: GatewayApp): MiddlewareHandler<GatewayEnv> =>
  async (context, next) => {
    const route = describedRoute(app, context)
    if (route) refuseWrong(route, context.req.query())
    await next()
  }

/** Looked up as it is asked for: every surface has added its routes by then. */
const describedRoute = (app: GatewayApp, context: GatewayContext): RouteConfig | undefined => {
  const matched = new Set(matchedRoutes(context).map(({ method, path }) => `${method} ${path}`))
  for (const definition of app.openAPIRegistry.definitions)
    if (definition.type === 'route' && matched.has(addressOf(definition.route))) return definition.route
  return undefined
}

/** As hono writes it. */
const addressOf = ({ method, path }: RouteConfig): string => `${method.toUpperCase()} ${path.replaceAll(/\{(.+?)\}/g, ':$1')}`

const refuseWrong = ({ method, path, request }: RouteConfig, said: Record<string, string>): void => {
  const query = request?.query
  const known = query instanceof z.ZodObject ? Object.keys(query.shape) : []
  const unknown = OF_OTHERS.test(path) ? [] : Object.keys(said).filter((name) => !known.includes(name))
  const why = `${method.toUpperCase()} ${path} ${known.length > 0 ? `knows ${known.join(', ')}` : 'takes nothing in its address'}`
  const rest = z.safeParse(query ?? z.unknown(), Object.fromEntries(Object.entries(said).filter(([name]) => known.includes(name))))
  const faults = [
    ...unknown.slice(0, MOST_NAMES).map((name) => `${name.slice(0, 100)}: is not known here; ${why}`),
    ...(rest.error ? faultsOf(rest.error) : []),
  ]
  if (faults.length > 0) throw new RequestFault(400, faults)
}
