import { z } from 'zod'
import { Priority, Sha256 } from '../../domain/catalogue/shared.ts'
import { TaskCreated } from '../../domain/catalogue/task.ts'
import { CommandAnswer } from '../answers.ts'
import { defineOperation } from '../define-operation.ts'
import { command } from './command.ts'
import { findTask } from './find-task.ts'
import { anyTaskId as id } from './task-id.ts'

/** Words, not only space. */
const said = (most: number, otherwise: string) => z.string().regex(/\S/, otherwise).max(most).trim()
const why = 'why, for the people who read its story'
const reason = z.string().max(2000).optional().describe(why)
const decision = { id, planHash: Sha256.optional().describe('the plan_hash of the plan you mean; without it the plan that waits') }

interface TaskCommand<Input extends z.ZodObject>
  extends Pick<Parameters<typeof defineOperation<Input, typeof CommandAnswer>>[0], 'summary' | 'scopes' | 'input' | 'tool'> {
  /** Its name in the group `task`. */
  readonly verb: string
  /** Its place under `/tasks/{id}/`; default: the verb. */
  readonly place?: string
  /** What it asks for at the door. */
  readonly asks: string
  /** The request's data in the door's words. */
  readonly data?: (input: z.output<Input>) => object
}

/** A command about one task: it becomes a request at the door, with the task's whole id. */
const onTask = <Input extends z.ZodObject & z.ZodType<{ id: string }>>({ verb, place = verb, asks, data, ...spec }: TaskCommand<Input>) =>
  defineOperation({
    ...spec,
    name: `task.${verb}`,
    answer: CommandAnswer,
    http: {
      method: 'post',
      path: `/tasks/{id}/${place}`,
      operationId: `${verb}Task`,
      tag: 'tasks',
      description: 'The fact that it led to, or "pending"',
    },
    handler: async (input, context) => command(context, asks, { ...(data?.(input) ?? input), id: (await findTask(context, input.id)).id }),
  })

/** Steer tasks, and decide on their plans. */
export const taskCommands = {
  cancel: onTask({
    verb: 'cancel',
    summary: 'Ends a task; what runs for it is stopped. One that needs a person is given up.',
    scopes: ['create', 'operate'],
    input: z.strictObject({ id, reason }),
    asks: 'task.cancelled',
    tool: {
      name: 'cortex_cancel_task',
      title: 'Cancel a task',
      description: 'Ends a task for good and stops what runs for it. What depends on it fails. May be called for many tasks in one turn.',
      idempotent: true,
      destructive: true,
      done: () => 'Task cancelled',
    },
  }),
  retry: onTask({
    verb: 'retry',
    summary: 'Opens an ended task again, perhaps with guidance.',
    scopes: ['create', 'operate'],
    input: z.strictObject({
      id,
      guidance: z.string().max(20_000).optional().describe('what to do otherwise this time'),
      mendBase: TaskCreated.shape.mendBase,
    }),
    asks: 'task.retried',
    tool: {
      name: 'cortex_retry_task',
      title: 'Retry a task',
      description: 'Opens a task again that failed, was cancelled or was given to a person, perhaps with guidance for another way.',
      idempotent: false,
      done: () => 'Task opened again',
    },
  }),
  approve: onTask({
    verb: 'approve',
    summary: 'Approves the plan with this hash, or the one that waits; or the change of the tests that an escalation names by its hash.',
    scopes: ['approve'],
    input: z.strictObject({ ...decision, reason }),
    asks: 'plan.approved',
    tool: {
      name: 'cortex_approve_plan',
      title: 'Approve a plan',
      description:
        'Approves the plan that a task waits with (waiting_for has "approval"), so that it is carried out. Only when the person you work for has seen ' +
        'this plan and said yes; name its plan_hash, so that no other plan is approved by it.',
      idempotent: true,
      decides: 'by asking',
      strict: true,
      // What is approved by another hash is how a change touches the tests.
      done: ({ planHash }, after) =>
        planHash === undefined || after === undefined || after.plan_hash === planHash
          ? 'Plan approved'
          : 'Change of the tests approved: the task is verified again',
    },
  }),
  reject: onTask({
    verb: 'reject',
    summary: 'Rejects the plan; the task ends.',
    scopes: ['approve'],
    input: z.strictObject({ ...decision, reason: said(2000, 'say why').describe(why) }),
    asks: 'plan.rejected',
    tool: {
      name: 'cortex_reject_plan',
      title: 'Reject a plan',
      description:
        'Rejects the plan that a task waits with; the task ends. Only when the person you work for has seen the plan and said no.',
      idempotent: true,
      destructive: true,
      decides: 'by name',
      strict: true,
      done: () => 'Plan rejected',
    },
  }),
  question: onTask({
    verb: 'question',
    summary: 'Asks for changes in the plan; it is planned again with the wish.',
    scopes: ['approve'],
    input: z.strictObject({ ...decision, wish: said(20_000, 'say what should change') }),
    asks: 'plan.questioned',
    data: ({ wish, ...rest }) => ({ ...rest, reason: wish }),
    tool: {
      name: 'cortex_question_plan',
      title: 'Ask for changes in a plan',
      description:
        'Asks for changes in the plan that a task waits with; it is planned again with the wish, and waits again. Only when the person you work for has ' +
        'seen the plan and said what should change.',
      idempotent: false,
      decides: 'by name',
      strict: true,
      done: () => 'Asked for changes: the plan is made again',
    },
  }),
  prioritise: onTask({
    verb: 'prioritise',
    place: 'priority',
    summary: 'Changes the priority: 1 critical, 3 high, 5 medium, 7 low.',
    scopes: ['create', 'operate'],
    input: z.strictObject({ id, priority: Priority }),
    asks: 'task.reprioritised',
  }),
}
