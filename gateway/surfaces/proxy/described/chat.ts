import { createRoute, z } from '@hono/zod-openapi'
import { eventContent, json } from '../../../http/route-parts.ts'
import { openaiFaults } from './faults.ts'
import { ChatQuestion, idempotency, LATE, note } from './pieces.ts'

const tags = ['openai']

const Call = z.object({ id: z.string(), type: z.literal('function'), function: z.object({ name: z.string(), arguments: z.string() }) })
const ChatCompletion = z
  .object({
    id: z.string(),
    object: z.literal('chat.completion'),
    created: z.int(),
    model: z.string(),
    choices: z.array(
      z.object({
        index: z.int(),
        message: z.object({
          role: z.literal('assistant'),
          content: z.string().nullable().describe('Markdown'),
          refusal: z.null(),
          tool_calls: z.array(Call).optional(),
        }),
        logprobs: z.null(),
        finish_reason: z.enum(['stop', 'length', 'tool_calls']),
      }),
    ),
    usage: z.object({ prompt_tokens: z.int(), completion_tokens: z.int(), total_tokens: z.int() }).describe('four characters a token'),
    cortex_note: note,
  })
  .openapi('ChatCompletion')

export const chatRoute = createRoute({
  method: 'post',
  path: '/v1/chat/completions',
  operationId: 'createChatCompletion',
  tags,
  summary: 'Asks the chat page, and waits for its answer',
  description: LATE,
  request: { headers: idempotency, body: { required: true, ...json(ChatQuestion) } },
  responses: {
    200: {
      description: 'The answer; with `stream` as events',
      content: {
        ...json(ChatCompletion).content,
        ...eventContent('`chat.completion.chunk` objects, then `[DONE]`; a failure is an event with `error`'),
      },
    },
    ...openaiFaults.asking,
  },
})

const Model = z.object({ id: z.string(), object: z.literal('model'), created: z.int(), owned_by: z.string() }).openapi('Model')

export const modelsRoute = createRoute({
  method: 'get',
  path: '/v1/models',
  operationId: 'listModels',
  tags,
  summary: 'The names that a question may ask for, the default first',
  request: { query: z.strictObject({ client_version: z.string().optional().describe('as codex says it; nothing follows from it') }) },
  responses: {
    200: { description: 'The models', ...json(z.object({ object: z.literal('list'), data: z.array(Model) })) },
    ...openaiFaults.looking,
  },
})

export const modelRoute = createRoute({
  method: 'get',
  path: '/v1/models/{id}',
  operationId: 'getModel',
  tags,
  summary: 'Whether there is a model of this name',
  request: { params: z.object({ id: z.string() }) },
  responses: { 200: { description: 'The model', ...json(Model) }, ...openaiFaults.looking },
})
