import { createRoute, z } from '@hono/zod-openapi'
import { SystemAnswer } from '../../answers.ts'
import { operationsFor } from '../../http/caller.ts'
import type { Surface } from '../../http/gateway-app.ts'
import { answers } from '../../http/route-parts.ts'
import type { OperatorNeeds } from './needs.ts'

const Status = z
  .object({
    uptime_s: z.number(),
    running_count: z.int().describe('calls of agents that run'),
    version: z.string(),
    ...SystemAnswer.shape,
  })
  .openapi('Status')

const route = createRoute({
  method: 'get',
  path: '/status',
  operationId: 'getStatus',
  tags: ['system'],
  summary: 'What the system does now',
  responses: answers(Status, 'Its state'),
})

/** Seconds since the process began to listen. */
export const uptimeOf = ({ startedAt }: Pick<OperatorNeeds, 'startedAt'>, now: Date): number => (now.getTime() - startedAt.getTime()) / 1000

export const statusRoute =
  (needs: OperatorNeeds): Surface =>
  (app, around) => {
    app.openapi(route, async (context) => {
      const system = await operationsFor(context, around).system()
      const now = around.now()
      const { running } = await needs.views.workload(now.toISOString())
      const running_count = running.reduce((sum, { calls }) => sum + calls, 0)
      return context.json({ uptime_s: uptimeOf(needs, now), running_count, version: needs.version, ...system }, 200)
    })
  }
