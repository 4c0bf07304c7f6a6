import type { Context } from 'hono'
import type { GatewayApp } from '../../http/gateway-app.ts'
import { addDescribed } from '../../http/route-parts.ts'
import { modelRoute, modelsRoute } from './described/chat.ts'
import { knownModel } from './question.ts'
import type { RouteNeeds } from './route-needs.ts'

/** `GET /v1/models` and `/v1/models/:id`. */
export const modelRoutes = (app: GatewayApp, { jobs, now }: RouteNeeds): void => {
  const created = Math.floor(now().getTime() / 1000)
  const model = (id: string) => ({ id, object: 'model', created, owned_by: 'cortex' })
  addDescribed(app, modelsRoute, (context) => context.json({ object: 'list', data: jobs.models().map(model) }))
  const one = (context: Context) => context.json(model(knownModel(jobs, context.req.param('id'))))
  addDescribed(app, modelRoute, one)
  // Names with a slash in them, from who does not encode it.
  app.get('/v1/models/:id{.+}', one)
}
