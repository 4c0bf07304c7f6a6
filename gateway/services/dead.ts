import { z } from 'zod'
import { RequestFault } from '../../bus/define-service.ts'
import type { DeadLetter } from '../../bus/runtime/dead-letters.ts'
import type { ServiceContext } from '../context/define-service.ts'
import { defineService } from '../context/define-service.ts'
import { command } from './command.ts'
import { pageOf } from './paging.ts'

const number = z.int({ error: 'which dead letter? a number' }).min(1)

export default defineService({
  description: 'Messages that a function gave up on',
  endpoints: {
    list: {
      summary: 'Dead letters, newest first.',
      input: z.strictObject({ limit: z.int().min(1).max(200).default(50), offset: z.int().min(0).default(0) }),
      handler: async ({ limit, offset }, context) => {
        const all = [...(await context.deadLetters.list())].reverse()
        return { letters: all.slice(offset, offset + limit).map(withoutBody), total: all.length }
      },
    },
    show: {
      summary: 'One dead letter with its body.',
      input: z.strictObject({ number, offset: z.int().min(0).default(0) }),
      handler: async (input, context) => {
        const letter = await findLetter(context, input.number)
        return { ...withoutBody(letter), ...pageOf(letter.body, input.offset) }
      },
    },
    redrive: {
      summary: 'Sends a dead letter to its function once more; a task that ended because of it goes on.',
      input: z.strictObject({ number }),
      handler: async (input, context) => {
        const letter = await findLetter(context, input.number)
        const resumed = await resume(context, letter)
        const { number: sent, function: fn, id } = await context.deadLetters.redrive(letter.number)
        return { number: sent, function: fn, id, outcome: resumed ?? 'sent' }
      },
    },
  },
})

const withoutBody = ({ body: _, ...letter }: DeadLetter): Omit<DeadLetter, 'body'> => letter

const findLetter = async ({ deadLetters }: ServiceContext, wanted: number): Promise<DeadLetter> => {
  const letter = (await deadLetters.list()).find((one) => one.number === wanted)
  if (!letter) throw new RequestFault(404, [`there is no dead letter ${wanted}`])
  return letter
}

/** A task that has ended must be open again before its function may work for it. */
const resume = async (context: ServiceContext, letter: DeadLetter): Promise<string | undefined> => {
  const task = await context.task(letter.id)
  // Only an escalation that this failure led to is undone; whoever works for ended tasks (a notifier) needs no open one.
  if (task?.end?.class !== 'function_failed') return undefined
  const { outcome } = await command(context, 'task.resumed', { id: letter.id, function: letter.function })
  if (outcome === 'pending') throw new RequestFault(503, [`${letter.id} is about to be opened again; try again in a moment`])
  return outcome
}
