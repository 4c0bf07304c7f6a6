import { createRoute, z } from '@hono/zod-openapi'
import { Id } from '../../../domain/catalogue/shared.ts'
import { CommandAnswer, FunctionsAnswer } from '../../answers.ts'
import { operationsFor } from '../../http/caller.ts'
import type { Surface } from '../../http/gateway-app.ts'
import { answers } from './route-parts.ts'

const tags = ['functions']
const params = z.object({ name: Id.describe('of the function, such as write-code') })
const Pause = z
  .strictObject({
    reason: z.string().max(2000).optional().describe('is shown to whoever waits'),
    minutes: z.int().min(1).max(8640).optional().describe('it goes on by itself then; without it after six days'),
  })
  .openapi('Pause')
const Steered = z
  .object({
    name: z.string(),
    outcome: z.string().describe('the type of the fact that it led to; "pending" while it is not decided yet, it counts all the same'),
    paused_until: z.string().optional(),
  })
  .openapi('FunctionSteered')

const listRoute = createRoute({
  method: 'get',
  path: '/functions',
  operationId: 'listFunctions',
  tags,
  summary: 'Every function with its queue, and why it does what it does',
  responses: answers(FunctionsAnswer, 'The functions by name'),
})
const pauseRoute = createRoute({
  method: 'post',
  path: '/functions/{name}/pause',
  operationId: 'pauseFunction',
  tags,
  summary: 'A function takes no more messages; what it works on goes on',
  request: { params, body: { content: { 'application/json': { schema: Pause } } } },
  responses: answers(Steered, 'It is paused', 400, 404, 409, 413, 415),
})
const resumeRoute = createRoute({
  method: 'post',
  path: '/functions/{name}/resume',
  operationId: 'resumeFunction',
  tags,
  summary: 'A paused function goes on',
  request: { params },
  responses: answers(Steered, 'It goes on', 400, 404, 409),
})

export const functionRoutes: Surface = (app, around) => {
  app.openapi(listRoute, async (context) => context.json(await operationsFor(context, around).functions(), 200))
  app.openapi(pauseRoute, async (context) => {
    const { name } = context.req.valid('param')
    return context.json(steered(await operationsFor(context, around).pause({ name, ...context.req.valid('json') })), 200)
  })
  app.openapi(resumeRoute, async (context) =>
    context.json(steered(await operationsFor(context, around).resume({ name: context.req.valid('param').name })), 200),
  )
}

const Until = CommandAnswer.extend({ paused_until: z.string().optional() })

const steered = (answer: CommandAnswer): z.output<typeof Steered> => {
  const { id: name, outcome, paused_until } = Until.parse(answer)
  return { name, outcome, ...(paused_until ? { paused_until } : {}) }
}
