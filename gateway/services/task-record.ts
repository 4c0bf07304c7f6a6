import { z } from 'zod'
import { RequestFault } from '../../bus/define-service.ts'
import { isApproved } from '../../domain/task.ts'
import { baseWithOutput } from '../../domain/words/base-words.ts'
import { DiffAnswer, LogsAnswer, PlanAnswer, StoryAnswer } from '../answers.ts'
import { defineOperation } from '../define-operation.ts'
import { findTask } from './find-task.ts'
import { tellLogs } from './logs.ts'
import { offset, pageOf } from './paging.ts'
import { tellStory } from './story.ts'
import { anyTaskId as id } from './task-id.ts'

/** The longest time a story waits for its next event, in milliseconds. */
const MAX_WAIT_MS = 25_000

const at = (part: string, operationId: string, description: string) =>
  ({ method: 'get', path: `/tasks/{id}/${part}`, operationId, tag: 'tasks', description }) as const

/** Read what a task has: its events, its plan, its change, what was written about its runs. */
export const taskRecord = {
  story: defineOperation({
    name: 'task.story',
    summary: 'The events of a task after a sequence; waits for the next one when asked to.',
    scopes: ['read'],
    input: z.strictObject({ id, after: z.int().min(-1).default(-1), waitMs: z.int().min(0).max(MAX_WAIT_MS).default(0) }),
    answer: StoryAnswer,
    http: at('story', 'getStory', 'Its events, oldest first, and its state after them'),
    handler: (input, context) => tellStory(context, input),
  }),
  plan: defineOperation({
    name: 'task.plan',
    summary: 'The latest plan of a task and its hash.',
    scopes: ['read'],
    input: z.strictObject({ id, offset }),
    answer: PlanAnswer,
    http: at('plan', 'getPlan', 'The plan as stored, or a piece of it'),
    tool: {
      name: 'cortex_get_plan',
      title: 'Read a plan',
      description:
        'The plan of a task as JSON, with its plan_hash: what a person must see before a decision about it. A long one comes in pieces; ask again with offset = next.',
      idempotent: true,
    },
    handler: async (input, context) => {
      const task = await findTask(context, input.id)
      if (!task.plan) throw new RequestFault(404, [`${task.id} has no plan (it is ${task.phase})`])
      const { plan, planHash: plan_hash, revision } = task.plan
      const waits = task.phase === 'gate' && task.gate?.planHash === plan_hash && !isApproved(task)
      const base = baseWithOutput(task)
      return { id: task.id, plan_hash, revision, waits, ...(base ? { base } : {}), ...pageOf(await context.blobs.text(plan), input.offset) }
    },
  }),
  diff: defineOperation({
    name: 'task.diff',
    summary: 'The change as it stands.',
    scopes: ['read'],
    input: z.strictObject({ id, offset }),
    answer: DiffAnswer,
    http: at('diff', 'getDiff', 'The change as a unified diff, or a piece of it'),
    tool: {
      name: 'cortex_get_diff',
      title: 'Read a change',
      description: 'The change of a task as it stands, as a unified diff. A long one comes in pieces; ask again with offset = next.',
      idempotent: true,
    },
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
    input: z.strictObject({ id, number: z.int().min(1).optional().describe('which one; default: the last'), offset }),
    answer: LogsAnswer,
    http: at('logs', 'getLogs', 'Which logs there are, and the text of one, or a piece of it'),
    tool: {
      name: 'cortex_get_logs',
      title: 'Read logs',
      description:
        'What agents and checks wrote while they worked on a task: the list of its logs, and the text of the last one or of the one with that number. ' +
        'Call it to learn why a task failed. A long one comes in pieces; ask again with offset = next.',
      idempotent: true,
    },
    handler: (input, context) => tellLogs(context, input),
  }),
}
