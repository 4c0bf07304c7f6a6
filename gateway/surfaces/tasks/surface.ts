import { createRoute, z } from '@hono/zod-openapi'
import { Categories } from '../../../domain/catalogue/shared.ts'
import { Statuses } from '../../../domain/phases.ts'
import { StatusAnswer, SubmitAnswer } from '../../answers.ts'
import { operationsFor } from '../../http/caller.ts'
import { commonAnswers } from '../../http/error-answer.ts'
import type { Surface } from '../../http/gateway-app.ts'
import type { Operations } from '../../operations.ts'
import { TaskWishSchema } from '../../services/task-wish.ts'
import { exactStatus } from '../tools/tool-status.ts'
import { json, TaskParams } from './route-parts.ts'
import { addTaskCommands } from './task-commands.ts'
import { rowOf } from './task-row.ts'

const tags = ['tasks']

const Row = z.looseObject({
  id: z.string(),
  title: z.string(),
  status: z.string(),
  phase: z.string(),
  priority: z.int(),
  created_at: z.string(),
  updated_at: z.string(),
})
const Missing = z.object({ id: z.string(), status: z.literal('not_found') })
const Listed = z.object({
  tasks: z.array(z.union([Row, Missing])),
  limit: z.int(),
  offset: z.int(),
  more: z.boolean().describe('ask again with offset + limit'),
})

const ID = '[A-Za-z0-9][A-Za-z0-9_-]{0,127}'
const Ids = z.string().regex(new RegExp(`^${ID}(,${ID}){0,99}$`), 'ids of tasks with commas between, at most 100')
const listRoute = createRoute({
  method: 'get',
  path: '/tasks',
  tags,
  summary: 'Tasks, newest first, or those with these ids in their order',
  request: {
    query: z.object({
      ids: Ids.optional().describe('a missing one is not_found'),
      status: z.enum(Statuses).optional(),
      project: z.string().max(64).optional(),
      category: z.enum(Categories).optional(),
      search: z.string().max(200).optional().describe('in title, id and reason'),
      priority: z.enum(['1', '3', '5', '7']).optional(),
      limit: z.coerce.number().int().min(1).max(200).default(50),
      offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
    }),
  },
  responses: { 200: { description: 'The list', ...json(Listed) }, ...commonAnswers },
})

const showRoute = createRoute({
  method: 'get',
  path: '/tasks/{id}',
  tags,
  summary: 'Where a task is, why it waits, what it took so far',
  request: { params: TaskParams },
  responses: { 200: { description: 'The task', ...json(StatusAnswer) }, ...commonAnswers },
})

const createTaskRoute = createRoute({
  method: 'post',
  path: '/tasks',
  tags,
  summary: 'Creates a task; it is stored durably before the answer',
  request: {
    headers: z.object({
      'idempotency-key': z.string().min(1).max(255).optional().describe('the same key and content again within a day is the same task'),
    }),
    body: { required: true, ...json(TaskWishSchema) },
  },
  responses: {
    200: { description: 'It was created before', ...json(SubmitAnswer) },
    201: { description: 'Created; Location says where it is', ...json(SubmitAnswer) },
    ...commonAnswers,
  },
})

/** `/tasks`, `/tasks/:id` and what may be asked for about a task. */
export const taskSurface = (): Surface => (app, around) => {
  app.openapi(listRoute, async (context) => {
    const { ids, priority, ...rest } = context.req.valid('query')
    const filter = { ...rest, ...(priority ? { priority: Number(priority) } : {}) }
    const operations = operationsFor(context, around)
    return context.json(ids === undefined ? await list(operations, filter) : await byIds(operations, ids), 200)
  })
  app.openapi(showRoute, async (context) =>
    context.json(await operationsFor(context, around).status({ id: context.req.valid('param').id }), 200),
  )
  app.openapi(createTaskRoute, async (context) => {
    const key = context.req.valid('header')['idempotency-key']
    const created = await operationsFor(context, around).submit({ ...(key ? { key } : {}), ...context.req.valid('json') })
    context.header('location', `/tasks/${created.id}`)
    return context.json(created, created.repeated ? 200 : 201)
  })
  addTaskCommands(app, around)
}

const list = async (operations: Operations, filter: Parameters<Operations['list']>[0] & { limit: number; offset: number }) => {
  const { limit, offset } = filter
  const { tasks } = await operations.list(filter)
  const more = tasks.length === limit && (await operations.list({ ...filter, limit: 1, offset: offset + limit })).tasks.length > 0
  return { tasks: tasks.map(rowOf), limit, offset, more }
}

const byIds = async (operations: Operations, text: string) => {
  const ids = text.split(',')
  const tasks = await Promise.all(ids.map(async (id) => (await exactStatus(operations, id)) ?? { id, status: 'not_found' as const }))
  return { tasks, limit: ids.length, offset: 0, more: false }
}
