import { z } from 'zod'
import { RequestFault } from '../../bus/define-service.ts'
import type { DeadLetter } from '../../bus/runtime/dead-letters.ts'
import { DeadListAnswer, DeadShowAnswer, RedriveAnswer } from '../answers.ts'
import type { ServiceContext } from '../context/define-service.ts'
import { defineOperation } from '../define-operation.ts'
import { command } from './command.ts'
import { offset, pageOf } from './paging.ts'

const number = z.int({ error: 'which dead letter? a number' }).min(1).max(999_999_999).describe('as the list shows it')
const tag = 'dead letters'

/** Messages that a function gave up on. */
export const deadOperations = {
  deadLetters: defineOperation({
    name: 'dead.list',
    summary: 'Messages that a function gave up on, newest first.',
    scopes: ['read'],
    input: z.strictObject({ limit: z.int().min(1).max(200).default(50).describe('at most so many'), offset }),
    answer: DeadListAnswer,
    http: { method: 'get', path: '/dead-letters', operationId: 'listDeadLetters', tag, description: 'A page of them' },
    handler: async (page, { deadLetters }) => {
      const { letters, total } = await deadLetters.list(page)
      return { letters: letters.map((letter) => ({ ...letter })), total }
    },
  }),
  deadLetter: defineOperation({
    name: 'dead.show',
    summary: 'One dead letter with its body, piece by piece.',
    scopes: ['read'],
    input: z.strictObject({ number, offset }),
    answer: DeadShowAnswer,
    http: {
      ...{ method: 'get', path: '/dead-letters/{number}', operationId: 'getDeadLetter', tag },
      description: 'The letter; `next` is the offset of the next piece',
    },
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
    http: { method: 'post', path: '/dead-letters/{number}/redrive', operationId: 'redriveDeadLetter', tag, description: 'It is sent' },
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
