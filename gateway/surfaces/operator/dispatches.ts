import { createRoute, z } from '@hono/zod-openapi'
import type { Dispatch } from '../../../functions/views/workload.ts'
import { operationsFor } from '../../http/caller.ts'
import type { Surface } from '../../http/gateway-app.ts'
import { answers } from '../../http/route-parts.ts'
import type { OperatorNeeds } from './needs.ts'
import { mayRead, TaskIdParam } from './route-parts.ts'

const DispatchAnswer = z.object({
  id: z.string(),
  stage: z.string().describe('plan, code, review, answer, ...'),
  agent: z.string(),
  provider: z.string().describe('the lane: browser, cli or api'),
  status: z.string().describe('running, completed or failed'),
  exit_code: z.int().nullable(),
  duration_s: z.number().nullable(),
  dispatched_at: z.string(),
  failure_summary: z.string().optional(),
  tokens: z.int().nullable(),
  cost_usd: z.number().nullable(),
})
const Dispatches = z.object({ bead_id: z.string(), dispatches: z.array(DispatchAnswer).describe('newest first') }).openapi('Dispatches')

const route = createRoute({
  method: 'get',
  path: '/dispatches/{id}',
  operationId: 'getDispatches',
  tags: ['workflows'],
  summary: 'Every call of an agent for a task',
  request: { params: TaskIdParam },
  responses: answers(Dispatches, 'The calls', 400, 404, 409),
})

export const dispatchRoutes =
  (needs: OperatorNeeds): Surface =>
  (app, around) => {
    app.openapi(route, async (context) => {
      mayRead(context)
      const { id } = await operationsFor(context, around).status({ id: context.req.valid('param').id })
      return context.json({ bead_id: id, dispatches: (await needs.views.dispatches(id)).map(dispatchOf) }, 200)
    })
  }

const dispatchOf = (one: Dispatch): z.output<typeof DispatchAnswer> => ({
  id: one.id,
  stage: one.stage,
  agent: one.agent,
  provider: one.provider,
  status: one.status,
  exit_code: one.exitCode,
  duration_s: one.durationMs === null ? null : one.durationMs / 1000,
  dispatched_at: one.startedAt ?? one.finishedAt ?? '',
  ...(one.reason ? { failure_summary: one.reason } : {}),
  tokens: one.tokens,
  cost_usd: one.costUsd,
})
