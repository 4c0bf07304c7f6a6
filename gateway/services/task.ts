import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { RequestFault } from '../../bus/define-service.ts'
import { Priority } from '../../domain/catalogue/shared.ts'
import { Categories } from '../../domain/choices.ts'
import { Statuses } from '../../domain/phases.ts'
import { isApproved } from '../../domain/task.ts'
import { CommandAnswer, DiffAnswer, ListAnswer, LogsAnswer, PlanAnswer, StatusAnswer, StoryAnswer, SubmitAnswer } from '../answers.ts'
import { defineOperation } from '../define-operation.ts'
import { command } from './command.ts'
import { findTask, statusNow } from './find-task.ts'
import { listTasks } from './list-tasks.ts'
import { tellLogs } from './logs.ts'
import { offset, pageOf } from './paging.ts'
import { tellStory } from './story.ts'
import { submitTask } from './submit-task.ts'
import { anyTaskId as id } from './task-id.ts'
import { TaskWishSchema } from './task-wish.ts'

/** The longest time a story waits for its next event, in milliseconds. */
const MAX_WAIT_MS = 25_000

/** Create tasks, and see where they are. */
export const taskOperations = {
  create: defineOperation({
    name: 'task.create',
    summary: 'Creates a task. With an id of your own, the same request again is the same task.',
    scopes: ['create'],
    input: TaskWishSchema.omit({ key: true }),
    answer: CommandAnswer,
    handler: (input, context) =>
      command(context, 'task.created', {
        ...input,
        id: input.id ?? `task-${randomBytes(5).toString('hex')}`,
        source: input.source ?? context.caller.channel,
      }),
  }),
  submit: defineOperation({
    name: 'task.submit',
    summary: 'Stores a task and answers at once; what becomes of it shows in its status.',
    scopes: ['create'],
    input: TaskWishSchema,
    answer: SubmitAnswer,
    handler: (input, context) => submitTask(context, input),
  }),
  status: defineOperation({
    name: 'task.status',
    summary: 'Where a task is, why it waits, what it took so far.',
    scopes: ['read'],
    input: z.strictObject({ id }),
    answer: StatusAnswer,
    http: { method: 'get', path: '/tasks/{id}', operationId: 'getTask', tag: 'tasks', description: 'The task' },
    handler: async (input, context) => statusNow(context, await findTask(context, input.id)),
  }),
  story: defineOperation({
    name: 'task.story',
    summary: 'The events of a task after a sequence; waits for the next one when asked to.',
    scopes: ['read'],
    input: z.strictObject({ id, after: z.int().min(-1).default(-1), waitMs: z.int().min(0).max(MAX_WAIT_MS).default(0) }),
    answer: StoryAnswer,
    handler: (input, context) => tellStory(context, input),
  }),
  list: defineOperation({
    name: 'task.list',
    summary: 'Tasks, newest first.',
    scopes: ['read'],
    input: z.strictObject({
      status: z.enum(Statuses).optional(),
      project: z.string().max(64).optional(),
      category: z.enum(Categories).optional(),
      priority: Priority.optional(),
      search: z.string().max(200).optional().describe('in title, id and reason'),
      limit: z.int().min(1).max(200).default(50),
      offset,
      reasons: z.boolean().default(false).describe('why each open task waits'),
    }),
    answer: ListAnswer,
    handler: (input, context) => listTasks(context, input),
  }),
  plan: defineOperation({
    name: 'task.plan',
    summary: 'The latest plan of a task and its hash.',
    scopes: ['read'],
    input: z.strictObject({ id, offset }),
    answer: PlanAnswer,
    handler: async (input, context) => {
      const task = await findTask(context, input.id)
      if (!task.plan) throw new RequestFault(404, [`${task.id} has no plan (it is ${task.phase})`])
      const { plan, planHash: plan_hash, revision } = task.plan
      const waits = task.phase === 'gate' && task.gate?.planHash === plan_hash && !isApproved(task)
      return { id: task.id, plan_hash, revision, waits, ...pageOf(await context.blobs.text(plan), input.offset) }
    },
  }),
  diff: defineOperation({
    name: 'task.diff',
    summary: 'The change as it stands.',
    scopes: ['read'],
    input: z.strictObject({ id, offset }),
    answer: DiffAnswer,
    handler: async (input, context) => {
      const task = await findTask(context, input.id)
      if (!task.head) throw new RequestFault(404, [`${task.id} has no change yet (it is ${task.phase})`])
      const { sha, files, diff } = task.head
      return { id: task.id, sha, files: [...files], ...pageOf(await context.blobs.text(diff), input.offset) }
    },
  }),
  logs: defineOperation({
    name: 'task.logs',
    summary: 'The logs of agents and checks: their list, and the text of one.',
    scopes: ['read'],
    input: z.strictObject({ id, number: z.int().min(1).optional(), offset }),
    answer: LogsAnswer,
    handler: (input, context) => tellLogs(context, input),
  }),
}
