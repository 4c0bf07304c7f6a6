import { createRoute, z } from '@hono/zod-openapi'
import type { CommandAnswer, StatusAnswer } from '../../answers.ts'
import { operationsFor } from '../../http/caller.ts'
import type { Surface } from '../../http/gateway-app.ts'
import { answers, json } from '../../http/route-parts.ts'
import { declared } from '../../operations.ts'
import { asRead, freelySaid } from '../../spelling.ts'
import { TaskIdParam } from './route-parts.ts'
import { TaskRequest, taskOf } from './task-request.ts'

/** Tasks as the first system's clients know them: a workflow has the id of its task, and one run. */

const tags = ['workflows']

const Started = z
  .object({
    workflow_id: z.string(),
    run_id: z.string().describe('the same: a retried task keeps its id'),
    status: z.literal('started'),
    repeated: z.boolean().describe('the same request was here before, and nothing new begins'),
    notes: z.array(z.string()).describe('what of the request does not count, in words'),
  })
  .openapi('WorkflowStarted')

const Workflow = z
  .object({
    workflow_id: z.string(),
    run_id: z.string(),
    type: z.string().describe('change or answer; empty until the coordinator has chosen'),
    status: z.enum(['Running', 'Completed', 'Failed', 'Canceled']),
    start_time: z.string(),
    close_time: z.string().optional(),
    phase: z.string(),
    why: z.string().describe('one sentence: why it is where it is'),
    plan_hash: z.string().optional().describe('of the latest plan: what an approval names'),
    branch: z.string().optional(),
  })
  .openapi('Workflow')

const { planHash: plan_hash, reason: why } = declared.approve.input.shape
const Decision = freelySaid(z.strictObject({ plan_hash, reason: why })).openapi('Decision')

const Decided = z
  .object({
    workflow_id: z.string(),
    status: z.enum(['approved', 'rejected', 'pending']).describe('pending: it is stored, and not decided on yet'),
    outcome: z.string().describe('the type of the fact that it led to'),
  })
  .openapi('Decided')

const startRoute = createRoute({
  method: 'post',
  path: '/workflows/start',
  operationId: 'startWorkflow',
  tags,
  summary: 'Starts a workflow: plan, approval, code, review, scan, definition of done',
  request: { body: { ...json(freelySaid(TaskRequest).openapi('TaskRequest')), required: true } },
  responses: answers(Started, 'It is stored durably and begins', 400, 409, 413, 415),
})
const getRoute = createRoute({
  method: 'get',
  path: '/workflows/{id}',
  operationId: 'getWorkflow',
  tags,
  summary: 'Where a workflow is',
  request: { params: TaskIdParam },
  responses: answers(Workflow, 'Its state', 400, 404, 409),
})
const decisionRoute = <const Verb extends 'approve' | 'reject'>(verb: Verb, summary: string) =>
  createRoute({
    method: 'post',
    path: `/workflows/{id}/${verb}` as const,
    operationId: `${verb}Workflow`,
    tags,
    summary,
    request: { params: TaskIdParam, body: json(Decision) },
    responses: answers(Decided, 'It is decided, or stored to be decided', 400, 404, 409, 413, 415),
  })
const approveRoute = decisionRoute('approve', 'Approves the plan that waits')
const rejectRoute = decisionRoute('reject', 'Rejects the plan that waits; the workflow ends')

export const workflowRoutes: Surface = (app, around) => {
  app.openapi(startRoute, async (context) => {
    const { wish, notes } = taskOf(context.req.valid('json'), around.config.projects)
    const { id, repeated } = await operationsFor(context, around).submit(wish)
    return context.json({ workflow_id: id, run_id: id, status: 'started' as const, repeated, notes }, 200)
  })
  app.openapi(getRoute, async (context) =>
    context.json(workflowOf(await operationsFor(context, around).status({ id: context.req.valid('param').id })), 200),
  )
  app.openapi(approveRoute, async (context) => {
    const { plan_hash: planHash, reason } = context.req.valid('json')
    const said = asRead(declared.approve, { ...context.req.valid('param'), planHash, reason })
    return context.json(decided(await operationsFor(context, around).approve(said), 'approved'), 200)
  })
  app.openapi(rejectRoute, async (context) => {
    const { plan_hash: planHash, reason } = context.req.valid('json')
    const said = asRead(declared.reject, { ...context.req.valid('param'), planHash, reason: reason?.trim() || 'rejected without a reason' })
    return context.json(decided(await operationsFor(context, around).reject(said), 'rejected'), 200)
  })
}

const decided = ({ id, outcome }: CommandAnswer, status: 'approved' | 'rejected') => ({
  workflow_id: id,
  status: outcome === 'pending' ? ('pending' as const) : status,
  outcome,
})

const workflowOf = (task: StatusAnswer): z.output<typeof Workflow> => {
  const status = statusOf(task)
  return {
    workflow_id: task.id,
    run_id: task.id,
    type: task.workflow ?? '',
    status,
    start_time: task.created_at,
    ...(status === 'Running' ? {} : { close_time: task.updated_at }),
    phase: task.phase,
    why: task.why,
    ...(task.plan_hash ? { plan_hash: task.plan_hash } : {}),
    ...(task.branch ? { branch: task.branch } : {}),
  }
}

const statusOf = ({ status, phase }: StatusAnswer): z.output<typeof Workflow>['status'] => {
  if (status === 'completed') return 'Completed'
  if (status === 'failed') return phase === 'cancelled' ? 'Canceled' : 'Failed'
  return 'Running'
}
