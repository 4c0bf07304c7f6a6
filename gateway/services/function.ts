import { z } from 'zod'
import { RequestFault } from '../../bus/define-service.ts'
import type { FunctionLook } from '../../bus/jetstream/consumers.ts'
import { Streams } from '../../bus/subjects.ts'
import { Id } from '../../domain/catalogue/shared.ts'
import { CommandAnswer, FunctionsAnswer, PausedAnswer } from '../answers.ts'
import type { ServiceContext } from '../context/define-service.ts'
import { defineOperation } from '../define-operation.ts'
import { tellFunction } from '../function-words.ts'
import { command } from './command.ts'

const name = Id.describe('of the function, such as write-code: the name of its file')
const reason = z.string().max(2000).trim().default('').describe('is shown to whoever waits')
const tag = 'functions'

/** The answer of HTTP, where a function has a name. */
const Steered = z.object({
  name: z.string(),
  outcome: z.string().describe('the type of the fact that it led to; "pending" while it is not decided yet, it counts all the same'),
  paused_until: z.string().optional(),
})

/** The door keeps what comes for seven days: a pause of its reader ends before anything is lost. */
const MAX_MINUTES = 6 * 24 * 60

/** The functions: what waits for them, and their pauses. */
export const functionOperations = {
  functions: defineOperation({
    name: 'function.list',
    summary: 'Every function with its queue, and why it does what it does.',
    scopes: ['read'],
    input: z.strictObject({}),
    answer: FunctionsAnswer,
    http: { method: 'get', path: '/functions', operationId: 'listFunctions', tag, description: 'The functions by name' },
    handler: async (_input, context) => {
      const [looks, running] = [await context.functions.look(), context.running()]
      return { functions: looks.map((look) => tellFunction(look, running)) }
    },
  }),
  pause: defineOperation({
    name: 'function.pause',
    summary: 'A function takes no more messages until it is resumed, or for so many minutes (six days at most); what it works on goes on.',
    scopes: ['operate'],
    input: z.strictObject({
      name,
      reason,
      minutes: z.int().min(1).max(MAX_MINUTES).default(MAX_MINUTES).describe('it goes on by itself then'),
    }),
    answer: PausedAnswer,
    http: {
      ...{ method: 'post', path: '/functions/{name}/pause', operationId: 'pauseFunction', tag, description: 'It is paused' },
      shown: { schema: Steered, of: ({ id, outcome, paused_until }) => ({ name: id, outcome, paused_until }) },
    },
    handler: async ({ name: id, reason: why, minutes }, context) => {
      const look = await known(context, id)
      // Whoever pauses it anew would be named only after it goes on.
      if (look.stream === Streams.door && look.pausedUntil)
        throw new RequestFault(409, [`${id} is paused already, until ${look.pausedUntil}: resume it first`])
      const until = new Date(context.now().getTime() + minutes * 60_000)
      // Who wanted it comes first: the door's own reader could not decide on it afterwards.
      const answer = await command(context, 'function.paused', { id, reason: why, until: until.toISOString() })
      await context.functions.pause(id, until)
      return { ...answer, paused_until: until.toISOString() }
    },
  }),
  resume: defineOperation({
    name: 'function.resume',
    summary: 'A paused function goes on.',
    scopes: ['operate'],
    input: z.strictObject({ name, reason }),
    answer: CommandAnswer,
    http: {
      ...{ method: 'post', path: '/functions/{name}/resume', operationId: 'resumeFunction', tag, description: 'It goes on' },
      shown: { schema: Steered, of: ({ id, outcome }) => ({ name: id, outcome }) },
    },
    handler: async ({ name: id, reason: why }, context) => {
      await known(context, id)
      await context.functions.resume(id)
      return command(context, 'function.resumed', { id, reason: why })
    },
  }),
}

/** The function that an operator means. Throws `RequestFault` 403 for anybody else, 404 when there is none of this name. */
const known = async ({ functions, isOperator }: ServiceContext, wanted: string): Promise<FunctionLook> => {
  if (!isOperator) throw new RequestFault(403, ["only the operator may pause functions: the request lacks the operator's secret"])
  const found = await functions.find(wanted)
  if (found) return found
  const names = (await functions.look()).map((look) => look.name)
  throw new RequestFault(404, [`there is no function "${wanted}"; there are ${names.join(', ')}`])
}
