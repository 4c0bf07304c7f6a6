import { createRoute, z } from '@hono/zod-openapi'
import { Priority, Sha256 } from '../../../domain/catalogue/shared.ts'
import { CommandAnswer } from '../../answers.ts'
import { operationsFor } from '../../http/caller.ts'
import { commonAnswers } from '../../http/error-answer.ts'
import type { GatewayApp, Surface, SurfaceNeeds } from '../../http/gateway-app.ts'
import type { Operations } from '../../operations.ts'
import { json, TaskParams } from './route-parts.ts'

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

/** Words, not only space. */
const SAID = /\S/
const reason = z.string().max(2000).optional()
const plan_hash = Sha256.optional().describe('the plan you mean; without it the one that waits')

/** Everything that may be asked for about a task. */
const commands: readonly TaskCommand[] = [
  command('cancel', 'Ends a task; what runs for it is stopped', z.strictObject({ reason }), (operations, id, body) =>
    operations.cancel({ id, reason: body.reason }),
  ),
  command(
    'retry',
    'Opens an ended task again, perhaps with guidance',
    z.strictObject({ guidance: z.string().max(20_000).optional() }),
    (operations, id, { guidance }) => operations.retry({ id, guidance }),
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
    z.strictObject({ plan_hash, reason: z.string().max(2000).regex(SAID, 'say why') }),
    (operations, id, body) => operations.reject({ id, planHash: body.plan_hash, reason: body.reason }),
  ),
  command(
    'question',
    'Asks for changes in the plan; it is planned again with the wish',
    z.strictObject({ plan_hash, wish: z.string().max(20_000).regex(SAID, 'say what should change') }),
    (operations, id, body) => operations.question({ id, planHash: body.plan_hash, wish: body.wish }),
  ),
  command(
    'priority',
    'Changes the priority: 1 critical, 3 high, 5 medium, 7 low',
    z.strictObject({ priority: Priority }),
    (operations, id, { priority }) => operations.prioritise({ id, priority }),
  ),
]

/** Adds `POST /tasks/:id/cancel`, `retry`, `approve`, `reject`, `question` and `priority`. */
export const addTaskCommands: Surface = (app, around) => {
  for (const one of commands) addCommand(app, around, one)
}

const addCommand = (app: GatewayApp, around: SurfaceNeeds, { name, summary, body, bare, run }: TaskCommand): void => {
  const route = createRoute({
    method: 'post',
    path: `/tasks/{id}/${name}`,
    tags: ['tasks'],
    summary,
    request: { params: TaskParams, body: { required: !bare, ...json(body) } },
    responses: { 200: { description: 'The fact that it led to, or "pending"', ...json(CommandAnswer) }, ...commonAnswers },
  })
  app.openapi(route, async (context) => {
    // `run` takes what its own schema gives.
    const said = context.req.valid('json') as never
    return context.json(await run(operationsFor(context, around), context.req.valid('param').id, said), 200)
  })
}
