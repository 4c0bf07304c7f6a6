import type { GatewayApp } from '../../http/gateway-app.ts'
import { knownModel } from './question.ts'
import type { RouteNeeds } from './route-needs.ts'

/** `GET /v1/models` and `/v1/models/:id`. */
export const modelRoutes = (app: GatewayApp, { jobs, now }: RouteNeeds): void => {
  const created = Math.floor(now().getTime() / 1000)
  const model = (id: string) => ({ id, object: 'model', created, owned_by: 'cortex' })
  app.get('/v1/models', (context) => context.json({ object: 'list', data: jobs.models().map(model) }))
  app.get('/v1/models/:id{.+}', (context) => context.json(model(knownModel(jobs, context.req.param('id')))))
}
