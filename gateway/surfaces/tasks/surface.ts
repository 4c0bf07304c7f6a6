import { createRoute, z } from '@hono/zod-openapi'
import { Priority } from '../../../domain/catalogue/shared.ts'
import { prioritiesInWords, priorityNames, priorityOf } from '../../../domain/choices.ts'
import { SubmitAnswer } from '../../answers.ts'
import { operationsFor } from '../../http/caller.ts'
import { commonAnswers } from '../../http/error-answer.ts'
import type { Surface } from '../../http/gateway-app.ts'
import { inAddress, json } from '../../http/route-parts.ts'
import { declared, type Operations } from '../../operations.ts'
import { asRead, freelySaid } from '../../spelling.ts'
import { rowOf } from '../tools/task-row.ts'
import { exactStatus } from '../tools/tool-status.ts'

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

const { limit, offset, priority: _priority, reasons: _reasons, ...filter } = declared.list.input.shape
const wish = declared.submit.input

const ID = '[A-Za-z0-9][A-Za-z0-9_-]{0,127}'
const Ids = z.string().regex(new RegExp(`^${ID}(,${ID}){0,99}$`), 'ids of tasks with commas between, at most 100')
const listRoute = createRoute({
  method: 'get',
  path: '/tasks',
  operationId: 'listTasks',
  tags,
  summary: 'Tasks, newest first, or those with these ids in their order',
  request: {
    query: z.strictObject({
      ids: Ids.optional().describe('a missing one is not_found'),
      ...filter,
      priority: z
        .string()
        .transform((said) => priorityOf(said) ?? said)
        .pipe(Priority)
        .optional()
        .meta({ type: 'string', enum: [...priorityNames], description: `by its number or its name: ${prioritiesInWords}` }),
      limit: inAddress('limit', 'query', limit),
      offset: inAddress('offset', 'query', offset),
    }),
  },
  responses: { 200: { description: 'The list', ...json(Listed) }, ...commonAnswers },
})

const createTaskRoute = createRoute({
  method: 'post',
  path: '/tasks',
  operationId: 'createTask',
  tags,
  summary: 'Creates a task; it is stored durably before the answer',
  request: {
    headers: z.object({ 'idempotency-key': wish.shape.key }),
    body: { required: true, ...json(freelySaid(wish)) },
  },
  responses: {
    200: { description: 'It was created before', ...json(SubmitAnswer) },
    201: { description: 'Created; Location says where it is', ...json(SubmitAnswer) },
    ...commonAnswers,
  },
})

/** `/tasks`: lists and creations, which say more than their operations: further pages, and what was there before. */
export const taskSurface = (): Surface => (app, around) => {
  app.openapi(listRoute, async (context) => {
    const { ids, ...rest } = context.req.valid('query')
    const operations = operationsFor(context, around)
    return context.json(ids === undefined ? await list(operations, { ...rest, reasons: false }) : await byIds(operations, ids), 200)
  })
  app.openapi(createTaskRoute, async (context) => {
    const key = context.req.valid('header')['idempotency-key']
    const said = asRead(declared.submit, { ...(key ? { key } : {}), ...context.req.valid('json') })
    const created = await operationsFor(context, around).submit(said)
    context.header('location', `/tasks/${created.id}`)
    return context.json(created, created.repeated ? 200 : 201)
  })
}

const list = async (operations: Operations, filter: z.output<typeof declared.list.input>) => {
  const { limit, offset } = filter
  const from = (wish: Partial<typeof filter>) => operations.list(asRead(declared.list, { ...filter, ...wish }))
  const { tasks } = await from({})
  const more = tasks.length === limit && (await from({ limit: 1, offset: offset + limit })).tasks.length > 0
  return { tasks: tasks.map(rowOf), limit, offset, more }
}

const byIds = async (operations: Operations, text: string) => {
  const ids = text.split(',')
  const tasks = await Promise.all(ids.map(async (id) => (await exactStatus(operations, id)) ?? { id, status: 'not_found' as const }))
  return { tasks, limit: ids.length, offset: 0, more: false }
}
