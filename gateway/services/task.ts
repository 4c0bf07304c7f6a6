import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { RequestFault } from '../../bus/define-service.ts'
import { Categories, Id, Priority, Sha256 } from '../../domain/catalogue/shared.ts'
import { TaskCreated } from '../../domain/catalogue/task.ts'
import { Statuses } from '../../domain/phases.ts'
import { isApproved } from '../../domain/task.ts'
import { CommandAnswer, DiffAnswer, ListAnswer, LogsAnswer, PlanAnswer, StatusAnswer, StoryAnswer, SubmitAnswer } from '../answers.ts'
import type { ServiceContext } from '../context/define-service.ts'
import { defineOperation } from '../define-operation.ts'
import { command } from './command.ts'
import { findTask, statusNow } from './find-task.ts'
import { listTasks } from './list-tasks.ts'
import { tellLogs } from './logs.ts'
import { pageOf } from './paging.ts'
import { tellStory } from './story.ts'
import { submitTask } from './submit-task.ts'
import { TaskWishSchema } from './task-wish.ts'

/** Ids may be shortened as long as they mean one task. */
const id = z.string().trim().min(1, 'which task?').max(128)
const offset = z.int().min(0).default(0)
const reason = z.string().max(2000).default('')
const about = z.strictObject({ id })
const decision = { id, planHash: Sha256.optional() }

/** The longest time a story waits for its next event, in milliseconds. */
const MAX_WAIT_MS = 25_000

/** Create tasks, see where they are, decide on their plans. */
export const taskOperations = {
  create: defineOperation({
    name: 'task.create',
    summary: 'Creates a task. With an id of your own, the same request again is the same task.',
    scopes: ['create'],
    input: z.strictObject({ ...TaskCreated.shape, source: z.string().max(100).optional(), id: Id.optional() }),
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
    input: about,
    answer: StatusAnswer,
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
      search: z.string().max(200).optional(),
      limit: z.int().min(1).max(200).default(50),
      offset,
      reasons: z.boolean().default(false).describe('why each open task waits'),
    }),
    answer: ListAnswer,
    handler: (input, context) => listTasks(context, input),
  }),
  approve: defineOperation({
    name: 'task.approve',
    summary: 'Approves the plan with this hash, or the one that waits.',
    scopes: ['approve'],
    input: z.strictObject({ ...decision, reason }),
    answer: CommandAnswer,
    handler: (input, context) => onTask(context, 'plan.approved', input),
  }),
  reject: defineOperation({
    name: 'task.reject',
    summary: 'Rejects the plan; the task ends.',
    scopes: ['approve'],
    input: z.strictObject({ ...decision, reason: z.string().trim().min(1, 'say why').max(2000) }),
    answer: CommandAnswer,
    handler: (input, context) => onTask(context, 'plan.rejected', input),
  }),
  question: defineOperation({
    name: 'task.question',
    summary: 'Asks for changes in the plan; it is planned again with the wish.',
    scopes: ['approve'],
    input: z.strictObject({ ...decision, wish: z.string().trim().min(1, 'say what should change').max(20_000) }),
    answer: CommandAnswer,
    handler: ({ wish, ...input }, context) => onTask(context, 'plan.questioned', { ...input, reason: wish }),
  }),
  cancel: defineOperation({
    name: 'task.cancel',
    summary: 'Ends a task; what runs for it is stopped.',
    scopes: ['create', 'operate'],
    input: z.strictObject({ id, reason }),
    answer: CommandAnswer,
    handler: (input, context) => onTask(context, 'task.cancelled', input),
  }),
  retry: defineOperation({
    name: 'task.retry',
    summary: 'Opens an ended task again, perhaps with guidance.',
    scopes: ['create', 'operate'],
    input: z.strictObject({ id, guidance: z.string().max(20_000).default('') }),
    answer: CommandAnswer,
    handler: (input, context) => onTask(context, 'task.retried', input),
  }),
  prioritise: defineOperation({
    name: 'task.prioritise',
    summary: 'Changes the priority: 1 critical, 3 high, 5 medium, 7 low.',
    scopes: ['create', 'operate'],
    input: z.strictObject({ id, priority: Priority }),
    answer: CommandAnswer,
    handler: (input, context) => onTask(context, 'task.reprioritised', input),
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

const onTask = async (context: ServiceContext, type: string, input: Readonly<Record<string, unknown>> & { id: string }) =>
  command(context, type, { ...input, id: (await findTask(context, input.id)).id })
