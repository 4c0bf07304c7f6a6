import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { RequestFault } from '../../bus/define-service.ts'
import { Categories, Id, Priority, Sha256 } from '../../domain/catalogue/shared.ts'
import { TaskCreated } from '../../domain/catalogue/task.ts'
import { Statuses } from '../../domain/phases.ts'
import { isApproved } from '../../domain/task.ts'
import type { ServiceContext } from '../context/define-service.ts'
import { defineService } from '../context/define-service.ts'
import { command } from './command.ts'
import { findTask, statusNow } from './find-task.ts'
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

export default defineService({
  description: 'Create tasks, see where they are, decide on their plans',
  endpoints: {
    create: {
      summary: 'Creates a task. With an id of your own, the same request again is the same task.',
      input: z.strictObject({ ...TaskCreated.shape, source: z.string().max(100).optional(), id: Id.optional() }),
      handler: (input, context) =>
        command(context, 'task.created', {
          ...input,
          id: input.id ?? `task-${randomBytes(5).toString('hex')}`,
          source: input.source ?? context.caller.channel,
        }),
    },
    submit: {
      summary: 'Stores a task and answers at once; what becomes of it shows in its status.',
      input: TaskWishSchema,
      handler: (input, context) => submitTask(context, input),
    },
    status: {
      summary: 'Where a task is, why it waits, what it took so far.',
      input: about,
      handler: async (input, context) => statusNow(context, await findTask(context, input.id)),
    },
    story: {
      summary: 'The events of a task after a sequence; waits for the next one when asked to.',
      input: z.strictObject({ id, after: z.int().min(-1).default(-1), waitMs: z.int().min(0).max(MAX_WAIT_MS).default(0) }),
      handler: (input, context) => tellStory(context, input),
    },
    list: {
      summary: 'Tasks, newest first.',
      input: z.strictObject({
        status: z.enum(Statuses).optional(),
        project: z.string().max(64).optional(),
        category: z.enum(Categories).optional(),
        priority: Priority.optional(),
        search: z.string().max(200).optional(),
        limit: z.int().min(1).max(200).default(50),
        offset,
      }),
      handler: async (input, context) => ({ tasks: await context.views.list(input) }),
    },
    approve: {
      summary: 'Approves the plan with this hash, or the one that waits.',
      input: z.strictObject({ ...decision, reason }),
      handler: (input, context) => onTask(context, 'plan.approved', input),
    },
    reject: {
      summary: 'Rejects the plan; the task ends.',
      input: z.strictObject({ ...decision, reason: z.string().trim().min(1, 'say why').max(2000) }),
      handler: (input, context) => onTask(context, 'plan.rejected', input),
    },
    question: {
      summary: 'Asks for changes in the plan; it is planned again with the wish.',
      input: z.strictObject({ ...decision, wish: z.string().trim().min(1, 'say what should change').max(20_000) }),
      handler: ({ wish, ...input }, context) => onTask(context, 'plan.questioned', { ...input, reason: wish }),
    },
    cancel: {
      summary: 'Ends a task; what runs for it is stopped.',
      input: z.strictObject({ id, reason }),
      handler: (input, context) => onTask(context, 'task.cancelled', input),
    },
    retry: {
      summary: 'Opens an ended task again, perhaps with guidance.',
      input: z.strictObject({ id, guidance: z.string().max(20_000).default('') }),
      handler: (input, context) => onTask(context, 'task.retried', input),
    },
    prioritise: {
      summary: 'Changes the priority: 1 critical, 3 high, 5 medium, 7 low.',
      input: z.strictObject({ id, priority: Priority }),
      handler: (input, context) => onTask(context, 'task.reprioritised', input),
    },
    plan: {
      summary: 'The latest plan of a task and its hash.',
      input: z.strictObject({ id, offset }),
      handler: async (input, context) => {
        const task = await findTask(context, input.id)
        if (!task.plan) throw new RequestFault(404, [`${task.id} has no plan (it is ${task.phase})`])
        const { plan, planHash: plan_hash, revision } = task.plan
        const waits = task.phase === 'gate' && task.gate?.planHash === plan_hash && !isApproved(task)
        return { id: task.id, plan_hash, revision, waits, ...pageOf(await context.blobs.text(plan), input.offset) }
      },
    },
    diff: {
      summary: 'The change as it stands.',
      input: z.strictObject({ id, offset }),
      handler: async (input, context) => {
        const task = await findTask(context, input.id)
        if (!task.head) throw new RequestFault(404, [`${task.id} has no change yet (it is ${task.phase})`])
        const { sha, files, diff } = task.head
        return { id: task.id, sha, files, ...pageOf(await context.blobs.text(diff), input.offset) }
      },
    },
    logs: {
      summary: 'The logs of agents and checks: their list, and the text of one.',
      input: z.strictObject({ id, number: z.int().min(1).optional(), offset }),
      handler: (input, context) => tellLogs(context, input),
    },
  },
})

const onTask = async (context: ServiceContext, type: string, input: Readonly<Record<string, unknown>> & { id: string }) =>
  command(context, type, { ...input, id: (await findTask(context, input.id)).id })
