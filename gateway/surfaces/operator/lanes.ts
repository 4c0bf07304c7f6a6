import { createRoute, z } from '@hono/zod-openapi'
import { laneTrouble } from '../../../domain/words/why-waiting.ts'
import type { FunctionsAnswer, SystemAnswer } from '../../answers.ts'
import { operationsFor } from '../../http/caller.ts'
import type { Surface } from '../../http/gateway-app.ts'
import { answers } from '../../http/route-parts.ts'
import type { GatewaySettings } from '../../settings.ts'
import type { Told } from '../../telling.ts'

const Lane = z.object({
  lane: z.enum(['browser', 'cli', 'api']),
  state: z.enum(['ready', 'auth_required', 'challenge', 'rate_limited', 'degraded', 'unknown', 'paused']),
  reason: z.string(),
  since: z.string().optional(),
  until: z.string().optional(),
  waiting: z.int().describe('questions that wait for it'),
  running: z.int().describe('questions that it answers now'),
  why: z.string().describe('one sentence: what it does, or what keeps it from it and how that ends'),
})
type Lane = z.output<typeof Lane>
const Lanes = z.object({ lanes: z.array(Lane).describe('in the order in which they are tried') }).openapi('Lanes')

const route = createRoute({
  method: 'get',
  path: '/lanes',
  operationId: 'listLanes',
  tags: ['system'],
  summary: 'By which ways questions reach a model, and how these are',
  responses: answers(Lanes, 'The lanes that are configured'),
})

export const laneRoutes: Surface = (app, around) => {
  app.openapi(route, async (context) => {
    const operations = operationsFor(context, around)
    const [system, { functions }] = await Promise.all([operations.system(), operations.functions()])
    return context.json({ lanes: lanesOf(around.config.lanes, system, functions, around.told) }, 200)
  })
}

/** Pure. */
export const lanesOf = (
  config: GatewaySettings['lanes'],
  { lane }: Pick<SystemAnswer, 'lane'>,
  functions: FunctionsAnswer['functions'],
  told: Told,
): Lane[] =>
  config.order
    .filter((name) => name === 'cli' || (name === 'browser' ? config.browser !== undefined : config.api !== undefined))
    .map((name) => {
      const look = functions.find((one) => one.name === `ask-${name}`)
      const queue = { waiting: look?.pending ?? 0, running: look?.in_flight ?? 0 }
      if (look?.paused_until) return { lane: name, state: 'paused', reason: look.why, until: look.paused_until, ...queue, why: look.why }
      const own = name === 'browser' ? lane : undefined
      if (!own) return { lane: name, state: 'ready', reason: '', ...queue, why: look?.why ?? 'waits for work' }
      const { state, reason, since, until } = own
      const trouble = told(laneTrouble(own)).replace(/^; /, '')
      return {
        lane: name,
        state,
        reason,
        ...(since ? { since } : {}),
        ...(until ? { until } : {}),
        ...queue,
        why: trouble || (look?.why ?? reason),
      }
    })
