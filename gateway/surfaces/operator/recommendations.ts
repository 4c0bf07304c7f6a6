import { createRoute, z } from '@hono/zod-openapi'
import { operationsFor } from '../../http/caller.ts'
import type { Surface } from '../../http/gateway-app.ts'
import { answers, inAddress } from '../../http/route-parts.ts'
import type { OperatorNeeds } from './needs.ts'
import { recommend } from './recommend.ts'
import { mayRead } from './route-parts.ts'

const Recommendations = z
  .object({
    recommendations: z.array(
      z.object({
        type: z.enum(['function', 'agent', 'lane', 'task']),
        subject: z.string(),
        severity: z.enum(['critical', 'warning', 'info']),
        recommendation: z.string().describe('what is the matter and what to do, in words'),
      }),
    ),
    hours: z.int(),
    count: z.int(),
    generated_at: z.string(),
  })
  .openapi('Recommendations')

const hours = z.int().min(1).max(168).default(24).describe('how far to look back')

const route = createRoute({
  method: 'get',
  path: '/recommendations',
  operationId: 'getRecommendations',
  tags: ['system'],
  summary: 'What an operator had better do: held lanes, failing functions and agents, escalated tasks',
  request: { query: z.strictObject({ hours: inAddress('hours', 'query', hours) }) },
  responses: answers(Recommendations, 'The worst first', 400),
})

export const recommendationRoute =
  (needs: OperatorNeeds): Surface =>
  (app, around) => {
    app.openapi(route, async (context) => {
      mayRead(context)
      const { hours } = context.req.valid('query')
      const now = around.now()
      const since = new Date(now.getTime() - hours * 3_600_000)
      const operations = operationsFor(context, around)
      const [{ functions }, system, { letters: deadLetters }, workload] = await Promise.all([
        operations.functions(),
        operations.system(),
        operations.deadLetters({ limit: 200 }),
        needs.views.workload(since.toISOString()),
      ])
      const recommendations = recommend({ functions, system, deadLetters, workload, since, now }).map((one) => ({
        ...one,
        recommendation: around.told(one.recommendation),
      }))
      return context.json({ recommendations, hours, count: recommendations.length, generated_at: now.toISOString() }, 200)
    })
  }
