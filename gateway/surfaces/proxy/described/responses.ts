import { createRoute, z } from '@hono/zod-openapi'
import { eventContent, json } from '../../../http/route-parts.ts'
import { FlatFormat } from '../answer-format.ts'
import { Choice, FlatTool } from '../tool-wish.ts'
import { openaiFaults } from './faults.ts'
import { Content, idempotency, LATE, limits, model, note } from './pieces.ts'

const tags = ['openai']

const Item = z.union([
  z.looseObject({
    type: z.literal('message').optional(),
    role: z.enum(['system', 'developer', 'user', 'assistant']),
    content: Content,
  }),
  z.looseObject({ type: z.literal('function_call'), call_id: z.string(), name: z.string(), arguments: z.string() }),
  z.looseObject({ type: z.literal('function_call_output'), call_id: z.string(), output: Content }),
])

const ResponseQuestion = z
  .looseObject({
    model,
    input: z.union([z.string(), z.array(Item).min(1)]),
    instructions: z.string().nullish(),
    previous_response_id: z.string().nullish().describe('goes on in the conversation of this response'),
    stream: z.boolean().nullish(),
    background: z.boolean().nullish().describe('answers at once; ask for it by its id'),
    stop: limits.stop,
    max_output_tokens: limits.max_tokens,
    reasoning: z.looseObject({ effort: z.string().nullish() }).nullish(),
    text: z.looseObject({ format: FlatFormat.nullish() }).nullish(),
    tools: z.array(FlatTool).nullish(),
    tool_choice: Choice.nullish(),
    parallel_tool_calls: z.boolean().nullish(),
  })
  .openapi('ResponseQuestion')

const ModelResponse = z
  .object({
    id: z.string(),
    object: z.literal('response'),
    created_at: z.int(),
    status: z.enum(['queued', 'in_progress', 'completed', 'incomplete', 'failed', 'cancelled']),
    background: z.boolean(),
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
    incomplete_details: z.object({ reason: z.string() }).nullable(),
    model: z.string(),
    output: z.array(
      z.discriminatedUnion('type', [
        z.object({
          type: z.literal('message'),
          id: z.string(),
          status: z.string(),
          role: z.literal('assistant'),
          content: z.array(z.object({ type: z.literal('output_text'), text: z.string().describe('Markdown') })),
        }),
        z.object({
          type: z.literal('function_call'),
          id: z.string(),
          status: z.string(),
          call_id: z.string(),
          name: z.string(),
          arguments: z.string(),
        }),
      ]),
    ),
    usage: z.looseObject({ input_tokens: z.int(), output_tokens: z.int(), total_tokens: z.int() }).nullable(),
    cortex_note: note,
  })
  .openapi('ModelResponse')

export const createResponseRoute = createRoute({
  method: 'post',
  path: '/v1/responses',
  operationId: 'createResponse',
  tags,
  summary: 'Asks the chat page; in the background, streamed, or waiting for the answer',
  description: LATE,
  request: { headers: idempotency, body: { required: true, ...json(ResponseQuestion) } },
  responses: {
    200: {
      description: 'The response; with `stream` as events',
      content: {
        ...json(ModelResponse).content,
        ...eventContent('numbered events up to `response.completed`, `.incomplete` or `.failed`'),
      },
    },
    ...openaiFaults.asking,
  },
})

const params = z.object({ id: z.string() })
const answered = { 200: { description: 'The response as it stands', ...json(ModelResponse) }, ...openaiFaults.looking }

export const getResponseRoute = createRoute({
  tags,
  method: 'get',
  path: '/v1/responses/{id}',
  operationId: 'getResponse',
  summary: 'A response by its id',
  description: 'With the text as the page gave it, tools or not: calls are read once, in the answer to the request that named the tools.',
  request: { params, query: z.strictObject({ stream: z.literal('false').optional() }) },
  responses: answered,
})

export const cancelResponseRoute = createRoute({
  tags,
  method: 'post',
  path: '/v1/responses/{id}/cancel',
  operationId: 'cancelResponse',
  summary: 'Cancels a response that is not sent yet; one that is sent is finished and kept',
  request: { params },
  responses: answered,
})
