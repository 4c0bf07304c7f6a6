import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { Priority } from '../../domain/catalogue/shared.ts'
import { Categories } from '../../domain/choices.ts'
import { Statuses } from '../../domain/phases.ts'
import { CommandAnswer, ListAnswer, StatusAnswer, SubmitAnswer } from '../answers.ts'
import { refuseWithoutRoom } from '../context/room.ts'
import { defineOperation } from '../define-operation.ts'
import { command } from './command.ts'
import { findTask, statusNow } from './find-task.ts'
import { listTasks } from './list-tasks.ts'
import { offset } from './paging.ts'
import { refuseFaults, submitTask } from './submit-task.ts'
import { anyTaskId as id } from './task-id.ts'
import { TaskWishSchema } from './task-wish.ts'

/** Create tasks, and see where they are. */
export const taskOperations = {
  create: defineOperation({
    name: 'task.create',
    summary: 'Creates a task. With an id of your own, the same request again is the same task.',
    scopes: ['create'],
    input: TaskWishSchema.omit({ key: true }),
    answer: CommandAnswer,
    handler: async (input, context) => {
      const { id = `task-${randomBytes(5).toString('hex')}`, source = context.caller.channel, ...given } = input
      const wish = { ...given, source }
      const isKnown = input.id !== undefined && (await context.task(id)) !== undefined
      if (!isKnown) {
        await refuseWithoutRoom(context.services.disk)
        await refuseFaults(context, id, wish, undefined)
      }
      return command(context, 'task.created', { ...wish, id })
    },
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
}
