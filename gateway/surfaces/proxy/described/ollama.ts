import { createRoute, z } from '@hono/zod-openapi'
import { json } from '../../../http/route-parts.ts'
import { Tool } from '../tool-wish.ts'
import { ollamaFaults } from './faults.ts'
import { idempotency, LATE, limits, note } from './pieces.ts'

const tags = ['ollama']

const images = z.array(z.string()).nullish().describe('base64')
const common = {
  model: z.string().min(1).nullish().describe('a name of /api/tags; the first of them when absent'),
  stream: z.boolean().nullish().describe('lines of JSON unless it is false'),
  format: z
    .union([z.enum(['', 'json']), z.looseObject({})])
    .nullish()
    .describe('"json" or a JSON Schema'),
  options: z.looseObject({ stop: limits.stop, num_predict: z.int().nullish() }).nullish(),
}
const Call = z.looseObject({ function: z.looseObject({ name: z.string(), arguments: z.looseObject({}).optional() }) })
const ChatQuestion = z
  .looseObject({
    ...common,
    messages: z
      .array(
        z.looseObject({
          role: z.enum(['system', 'user', 'assistant', 'tool']),
          content: z.string().nullish(),
          images,
          tool_calls: z.array(Call).nullish(),
        }),
      )
      .nullish(),
    tools: z.array(Tool).nullish(),
  })
  .openapi('OllamaChat')
const GenerateQuestion = z
  .looseObject({ ...common, prompt: z.string().nullish(), system: z.string().nullish(), images })
  .openapi('OllamaGenerate')

const told = {
  model: z.string(),
  created_at: z.string(),
  done: z.boolean(),
  done_reason: z.enum(['stop', 'length', 'load']).optional(),
  cortex_note: note,
}
const message = z.object({
  role: z.literal('assistant'),
  content: z.string(),
  tool_calls: z.array(z.object({ function: z.object({ name: z.string(), arguments: z.looseObject({}) }) })).optional(),
})

const questionRoute = <const Kind extends 'chat' | 'generate'>(kind: Kind, summary: string, question: z.ZodType, answer: z.ZodType) =>
  createRoute({
    method: 'post',
    path: `/api/${kind}` as const,
    operationId: `ollama-${kind}`,
    tags,
    summary,
    description: LATE,
    request: { headers: idempotency, body: { required: true, ...json(question) } },
    responses: {
      200: {
        description: 'The answer; lines of it unless `stream` is false',
        content: { ...json(answer).content, 'application/x-ndjson': { schema: z.string() } },
      },
      ...ollamaFaults.asking,
    },
  })

export const ollamaChatRoute = questionRoute('chat', 'Asks the chat page with messages', ChatQuestion, z.object({ ...told, message }))
export const ollamaGenerateRoute = questionRoute(
  'generate',
  'Asks the chat page with one prompt',
  GenerateQuestion,
  z.object({ ...told, response: z.string() }),
)

const looking = <const Path extends string, Answer extends z.ZodType>(path: Path, operationId: string, summary: string, answer: Answer) =>
  createRoute({
    ...{ method: 'get', path, operationId, tags, summary },
    responses: { 200: { description: 'What there is', ...json(answer) }, ...ollamaFaults.looking },
  })

const Entry = z.looseObject({ name: z.string(), model: z.string(), modified_at: z.string() })
export const tagsRoute = looking('/api/tags', 'ollama-tags', 'The models', z.object({ models: z.array(Entry) }))
export const runningRoute = looking('/api/ps', 'ollama-ps', 'The models again: none is loaded first', z.object({ models: z.array(Entry) }))
export const versionRoute = looking('/api/version', 'ollama-version', "The version of Ollama's API", z.object({ version: z.string() }))

export const showRoute = createRoute({
  method: 'post',
  path: '/api/show',
  operationId: 'ollama-show',
  tags,
  summary: 'What a model can do',
  request: { body: { required: true, ...json(z.looseObject({ model: z.string().optional(), name: z.string().optional() })) } },
  responses: {
    200: { description: 'The model', ...json(z.looseObject({ capabilities: z.array(z.string()) })) },
    ...ollamaFaults.asking,
  },
})
