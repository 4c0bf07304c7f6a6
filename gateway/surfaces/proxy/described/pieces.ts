import { z } from '@hono/zod-openapi'
import { ContentPart } from '../message-content.ts'
import { Choice, Earlier, Tool } from '../tool-wish.ts'

/** What the documents of the APIs have in common. */

export const Content = z.union([z.string(), z.array(ContentPart)])

const Stop = z.string().min(1).max(1000)
const count = z.int().min(1).nullish()

/** Where the text of an answer ends. */
export const limits = {
  stop: z
    .union([Stop, z.array(Stop).max(4)])
    .nullish()
    .describe('the text ends before the first of these'),
  max_tokens: count.describe('the text ends after so many, counted as four characters each'),
}

const Message = z.looseObject({
  role: z.enum(['system', 'developer', 'user', 'assistant', 'tool', 'function']),
  content: Content.nullish(),
  tool_calls: z.array(Earlier).nullish(),
  tool_call_id: z.string().nullish(),
})

const JsonFormat = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('text') }),
  z.looseObject({ type: z.literal('json_object') }),
  z.looseObject({ type: z.literal('json_schema'), json_schema: z.looseObject({ schema: z.looseObject({}) }) }),
])

export const model = z.string().min(1).optional().describe('a name of /v1/models; the first of them when absent')

/** A body of chat completions; what it does not name (temperature, seed and the like) does not reach a chat page, as the answer's note says. */
export const ChatQuestion = z
  .looseObject({
    model,
    messages: z.array(Message).min(1),
    stream: z.boolean().nullish(),
    stream_options: z.looseObject({}).nullish().describe('`include_usage`: the last event counts tokens'),
    ...limits,
    max_completion_tokens: count,
    reasoning_effort: z.string().nullish().describe('how long to think, where the page lets choose'),
    response_format: JsonFormat.nullish().describe('the answer is checked, and asked for once more when it will not do'),
    tools: z.array(Tool).nullish(),
    tool_choice: Choice.nullish(),
    parallel_tool_calls: z.boolean().nullish(),
  })
  .openapi('ChatQuestion')

export const idempotency = z.object({
  'idempotency-key': z
    .string()
    .max(255)
    .optional()
    .describe('the same key while the job runs, and shortly after, is the same job; with another question it is refused'),
})

export const note = z
  .string()
  .optional()
  .describe('what was odd about an answer that came after its headers; else the header `x-cortex-note`')

/** Of answers that take long. */
export const LATE =
  'Nothing is sent for 240 s; then the status goes out before the answer, with white space to keep the line, and a failure comes as ' +
  '`error` in the body.'
