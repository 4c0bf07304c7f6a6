import { z } from 'zod'
import { RequestFault } from '../../bus/define-service.ts'
import type { DeadLetter } from '../../bus/runtime/dead-letters.ts'
import { DeadListAnswer, DeadShowAnswer, RedriveAnswer } from '../answers.ts'
import type { ServiceContext } from '../context/define-service.ts'
import { defineOperation } from '../define-operation.ts'
import { command } from './command.ts'
import { pageOf } from './paging.ts'

const number = z.int({ error: 'which dead letter? a number' }).min(1)

/** Messages that a function gave up on. */
export const deadOperations = {
  deadLetters: defineOperation({
    name: 'dead.list',
    summary: 'Dead letters, newest first.',
    scopes: ['read'],
    input: z.strictObject({ limit: z.int().min(1).max(200).default(50), offset: z.int().min(0).default(0) }),
    answer: DeadListAnswer,
    handler: async (page, { deadLetters }) => {
      const { letters, total } = await deadLetters.list(page)
      return { letters: letters.map((letter) => ({ ...letter })), total }
    },
  }),
  deadLetter: defineOperation({
    name: 'dead.show',
    summary: 'One dead letter with its body.',
    scopes: ['read'],
    input: z.strictObject({ number, offset: z.int().min(0).default(0) }),
    answer: DeadShowAnswer,
    handler: async (input, context) => {
      const { body, ...letter } = await findLetter(context, input.number)
      return { ...letter, ...pageOf(body, input.offset) }
    },
  }),
  redrive: defineOperation({
    name: 'dead.redrive',
    summary: 'Sends a dead letter to its function once more; a task that ended because of it goes on.',
    scopes: ['operate'],
    input: z.strictObject({ number }),
    answer: RedriveAnswer,
    handler: async (input, context) => {
      const { number, function: fn, id } = await findLetter(context, input.number)
      const outcome = await reopen(context, { number, function: fn, id })
      // Whoever opened the task before us may have died before its letter was sent.
      if (outcome === undefined || outcome === 'request.repeated') await context.deadLetters.redrive(number)
      return { number, function: fn, id, outcome: outcome ?? 'sent' }
    },
  }),
}

const findLetter = async ({ deadLetters }: ServiceContext, number: number) => {
  const letter = await deadLetters.find(number)
  if (!letter) throw new RequestFault(404, [`there is no dead letter ${number}`])
  return letter
}

/** A task that has ended must be open again before its function may work for it; that it is open leads to the letter's being sent. */
const reopen = async (
  context: ServiceContext,
  { number, function: fn, id }: Pick<DeadLetter, 'number' | 'function' | 'id'>,
): Promise<string | undefined> => {
  const task = await context.task(id)
  // Only an escalation that this failure led to is undone; whoever works for ended tasks (a notifier) needs no open one.
  if (task?.end?.class !== 'function_failed') return undefined
  return (await command(context, 'task.resumed', { id, function: fn, letter: number })).outcome
}
