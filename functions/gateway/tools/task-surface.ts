import { createRoute, z } from '@hono/zod-openapi'
import { Id, Priority, Sha256 } from '../../../bus/catalogue/shared.ts'
import { RequestFault } from '../../../bus/define-service.ts'
import { CommandAnswer, StatusAnswer, SubmitAnswer } from '../answers.ts'
import { operationsFor } from '../http/caller.ts'
import { commonAnswers } from '../http/error-answer.ts'
import type { GatewayApp, HttpSurroundings, Surface } from '../http/gateway-app.ts'
import type { Operations } from '../operations.ts'
import { rowOf } from '../task-row.ts'
import { TaskWishSchema } from '../task-wish.ts'
import { exactStatus } from './tool-status.ts'

const tags = ['tasks']
const params = z.object({ id: z.string().min(1).max(128).describe('may be shortened as long as it means one task') })
const json = <Schema extends z.ZodType>(schema: Schema) => ({ content: { 'application/json': { schema } } })

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

const MAX_IDS = 100
const listRoute = createRoute({
  method: 'get',
  path: '/tasks',
  tags,
  summary: 'Tasks, newest first, or those with these ids in their order',
  request: {
    query: z.object({
      ids: z.string().max(16_000).optional().describe(`up to ${MAX_IDS} ids with commas between; a missing one is not_found`),
      status: z.enum(['queued', 'in_progress', 'completed', 'failed']).optional(),
      project: z.string().max(64).optional(),
      search: z.string().max(200).optional().describe('in title, id and reason'),
      priority: z.coerce.number().pipe(Priority).optional(),
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
  request: { params },
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
    const { ids, ...filter } = context.req.valid('query')
    const operations = operationsFor(context, around)
    return context.json(ids === undefined ? await list(operations, filter) : await byIds(operations, ids), 200)
  })
  app.openapi(showRoute, async (context) => context.json(await operationsFor(context, around).status(context.req.valid('param').id), 200))
  app.openapi(createTaskRoute, async (context) => {
    const key = context.req.valid('header')['idempotency-key']
    const created = await operationsFor(context, around).submit({ ...(key ? { key } : {}), ...context.req.valid('json') })
    context.header('location', `/tasks/${created.id}`)
    return context.json(created, created.repeated ? 200 : 201)
  })
  for (const command of commands) addCommand(app, around, command)
}

const list = async (operations: Operations, filter: Parameters<Operations['list']>[0] & { limit: number; offset: number }) => {
  const { limit, offset } = filter
  const { tasks } = await operations.list(filter)
  const more = tasks.length === limit && (await operations.list({ ...filter, limit: 1, offset: offset + limit })).tasks.length > 0
  return { tasks: tasks.map(rowOf), limit, offset, more }
}

const byIds = async (operations: Operations, text: string) => {
  const ids = text.split(',').map((id) => id.trim())
  const wrong = ids.filter((id) => !Id.safeParse(id).success)
  if (wrong.length > 0)
    throw new RequestFault(
      400,
      wrong.slice(0, 20).map((id) => `ids: "${id.slice(0, 130)}" is no id of a task`),
    )
  if (ids.length > MAX_IDS) throw new RequestFault(400, [`ids: ${ids.length} are too many; at most ${MAX_IDS} at once`])

  const tasks = await Promise.all(ids.map(async (id) => (await exactStatus(operations, id)) ?? { id, status: 'not_found' as const }))
  return { tasks, limit: ids.length, offset: 0, more: false }
}

/** A command about a task: `POST /tasks/:id/<name>`. */
interface TaskCommand {
  readonly name: string
  readonly summary: string
  readonly body: z.ZodObject
  /** Whether it may be said without a body. */
  readonly bare: boolean
  // Called with what its own schema has just parsed; types meet in `command` only.
  readonly run: (operations: Operations, id: string, body: never) => Promise<CommandAnswer>
}

const command = <Body extends z.ZodObject>(
  name: string,
  summary: string,
  body: Body,
  run: (operations: Operations, id: string, body: z.output<Body>) => Promise<CommandAnswer>,
): TaskCommand => ({ name, summary, body, bare: body.safeParse({}).success, run })

const reason = z.string().max(2000).optional()
const plan_hash = Sha256.optional().describe('the plan you mean; without it the one that waits')

const commands: readonly TaskCommand[] = [
  command('cancel', 'Ends a task; what runs for it is stopped', z.strictObject({ reason }), (operations, id, body) =>
    operations.cancel(id, body.reason),
  ),
  command(
    'retry',
    'Opens an ended task again, perhaps with guidance',
    z.strictObject({ guidance: z.string().max(20_000).optional() }),
    (operations, id, { guidance }) => operations.retry(id, guidance),
  ),
  command(
    'approve',
    'Approves the plan with this hash, or the one that waits',
    z.strictObject({ plan_hash, reason }),
    (operations, id, body) => operations.approve({ id, planHash: body.plan_hash, reason: body.reason }),
  ),
  command(
    'reject',
    'Rejects the plan; the task ends',
    z.strictObject({ plan_hash, reason: z.string().trim().min(1, 'say why').max(2000) }),
    (operations, id, body) => operations.reject({ id, planHash: body.plan_hash, reason: body.reason }),
  ),
  command(
    'question',
    'Asks for changes in the plan; it is planned again with the wish',
    z.strictObject({ plan_hash, wish: z.string().trim().min(1, 'say what should change').max(20_000) }),
    (operations, id, body) => operations.question({ id, planHash: body.plan_hash, wish: body.wish }),
  ),
  command(
    'priority',
    'Changes the priority: 1 critical, 3 high, 5 medium, 7 low',
    z.strictObject({ priority: Priority }),
    (operations, id, { priority }) => operations.prioritise(id, priority),
  ),
]

const addCommand = (app: GatewayApp, around: HttpSurroundings, { name, summary, body, bare, run }: TaskCommand): void => {
  const route = createRoute({
    method: 'post',
    path: `/tasks/{id}/${name}`,
    tags,
    summary,
    request: { params, body: { required: !bare, ...json(body) } },
    responses: { 200: { description: 'The fact that it led to, or "pending"', ...json(CommandAnswer) }, ...commonAnswers },
  })
  app.openapi(route, async (context) => {
    // `run` takes what its own schema gives.
    const said = context.req.valid('json') as never
    return context.json(await run(operationsFor(context, around), context.req.valid('param').id, said), 200)
  })
}
