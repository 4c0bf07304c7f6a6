import { createRoute, z } from '@hono/zod-openapi'
import { DeadListAnswer, DeadShowAnswer, RedriveAnswer } from '../../answers.ts'
import { operationsFor } from '../../http/caller.ts'
import type { Surface } from '../../http/gateway-app.ts'
import { answers, MOST, offsetQuery, wholeNumber } from './route-parts.ts'

const tags = ['dead letters']
const params = z.object({ number: wholeNumber('number', 'path', { least: 1, most: MOST }, 'as the list shows it') })
const page = z.object({
  limit: wholeNumber('limit', 'query', { least: 1, most: 200 }, 'at most so many; default 50').optional(),
  offset: offsetQuery,
})

const listRoute = createRoute({
  method: 'get',
  path: '/dead-letters',
  operationId: 'listDeadLetters',
  tags,
  summary: 'Messages that a function gave up on, newest first',
  request: { query: page },
  responses: answers(DeadListAnswer, 'A page of them', 400),
})
const showRoute = createRoute({
  method: 'get',
  path: '/dead-letters/{number}',
  operationId: 'getDeadLetter',
  tags,
  summary: 'One dead letter with its body, piece by piece',
  request: { params, query: page.pick({ offset: true }) },
  responses: answers(DeadShowAnswer, 'The letter; `next` is the offset of the next piece', 400, 404),
})
const redriveRoute = createRoute({
  method: 'post',
  path: '/dead-letters/{number}/redrive',
  operationId: 'redriveDeadLetter',
  tags,
  summary: 'Sends it to its function once more; a task that ended because of it goes on',
  request: { params },
  responses: answers(RedriveAnswer, 'It is sent', 400, 404, 409),
})

export const deadLetterRoutes: Surface = (app, around) => {
  app.openapi(listRoute, async (context) => {
    const { limit = 50, offset = 0 } = context.req.valid('query')
    return context.json(await operationsFor(context, around).deadLetters({ limit, offset }), 200)
  })
  app.openapi(showRoute, async (context) => {
    const { offset = 0 } = context.req.valid('query')
    return context.json(await operationsFor(context, around).deadLetter({ number: context.req.valid('param').number, offset }), 200)
  })
  app.openapi(redriveRoute, async (context) =>
    context.json(await operationsFor(context, around).redrive({ number: context.req.valid('param').number }), 200),
  )
}
