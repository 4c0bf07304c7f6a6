import { createRoute, z } from '@hono/zod-openapi'
import { operationsFor } from '../../http/caller.ts'
import type { Surface } from '../../http/gateway-app.ts'
import { errors } from '../../http/route-parts.ts'
import type { OperatorNeeds } from './needs.ts'
import { mayRead } from './route-parts.ts'
import { uptimeOf } from './status.ts'

const route = createRoute({
  method: 'get',
  path: '/metrics',
  operationId: 'getMetrics',
  tags: ['system'],
  summary: 'Everything that is counted, in the text format of Prometheus',
  responses: { 200: { description: 'The metrics', content: { 'text/plain': { schema: z.string() } } }, ...errors() },
})

export const metricsRoute =
  (needs: OperatorNeeds): Surface =>
  (app, around) => {
    app.openapi(route, async (context) => {
      mayRead(context)
      const now = around.now()
      const operations = operationsFor(context, around)
      const [{ functions }, system, workload] = await Promise.all([
        operations.functions(),
        operations.system(),
        needs.views.workload(now.toISOString()),
      ])
      const { metricsOf, contentType } = await import('./metrics-text.ts') // with its package, which few systems need
      const text = await metricsOf({ functions, system, workload, refused: needs.refusals.all(), uptime: uptimeOf(needs, now), now })
      return context.text(text, 200, { 'content-type': contentType })
    })
  }
