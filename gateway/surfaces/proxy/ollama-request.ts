import type { Body } from './body.ts'
import { invalidRequest } from './fault.ts'
import { unusable } from './unused.ts'

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

const isAbsent = (value: unknown): boolean => value === undefined || value === null

/** Its bytes say what it is. */
const imagePart = (image: unknown): object => ({ type: 'image_url', image_url: { url: `data:;base64,${image}` } })

/** A message of Ollama as one of chat completions: images lie beside the text there, and arguments are objects. */
const chatMessage = (message: unknown): unknown => {
  if (!isRecord(message)) return message
  const { images, tool_calls: calls, tool_name: name, ...rest } = message
  const content = isAbsent(images) ? message.content : [{ type: 'text', text: message.content ?? '' }, ...[images].flat().map(imagePart)]
  const written = Array.isArray(calls) ? { tool_calls: calls.map(writtenCall) } : {}
  return { ...rest, content, ...(name === undefined ? {} : { name }), ...written }
}

const writtenCall = (call: unknown): unknown =>
  isRecord(call) && isRecord(call.function)
    ? { ...call, function: { ...call.function, arguments: JSON.stringify(call.function.arguments ?? {}) } }
    : call

const promptMessages = ({ system, prompt, images }: Body): object[] => [
  ...(isAbsent(system) || system === '' ? [] : [{ role: 'system', content: system }]),
  { role: 'user', content: prompt, images },
]

const formatOf = (format: unknown): object | undefined => {
  if (format === undefined || format === null || format === '') return undefined
  if (format !== 'json' && !isRecord(format)) throw invalidRequest([{ param: 'format', message: 'must be "json" or a JSON Schema' }])
  return format === 'json' ? { type: 'json_object' } : { type: 'json_schema', json_schema: { name: 'answer', schema: format } }
}

/** A body of `/api/chat` or `/api/generate` as one of chat completions. Throws `ProxyFault` for what would be ignored in silence. */
export const chatBodyOf = (body: Body): Body => {
  for (const param of ['suffix', 'template', 'context', 'raw'])
    if (body[param]) throw invalidRequest([{ param, message: 'is not supported: a chat page takes messages' }])
  const messages = body.messages ?? promptMessages(body)
  const options = body.options ?? {}
  if (!isRecord(options)) throw invalidRequest([{ param: 'options', message: 'must be an object' }])
  const { num_predict: most } = options
  const told: Record<string, unknown> = { ...options, think: body.think }
  return {
    ...(isAbsent(body.model) ? {} : { model: typeof body.model === 'string' ? body.model.replace(/:latest$/, '') : body.model }),
    stream: body.stream,
    messages: Array.isArray(messages) ? messages.map(chatMessage) : messages,
    ...(body.tools === undefined ? {} : { tools: body.tools }),
    response_format: formatOf(body.format),
    stop: options.stop,
    logprobs: body.logprobs,
    top_logprobs: body.top_logprobs,
    // Whoever reads it says that they are not used.
    ...Object.fromEntries(unusable.flatMap((name) => (isAbsent(told[name]) ? [] : [[name, told[name]]]))),
    // Below 0 it means without end.
    ...(isAbsent(most) || (typeof most === 'number' && most <= 0) ? {} : { max_tokens: most }),
  }
}

/** Whether a request only asks to load the model: it has nothing to answer. */
export const isLoading = ({ messages, prompt }: Body): boolean =>
  Array.isArray(messages) ? messages.length === 0 : isAbsent(messages) && (isAbsent(prompt) || prompt === '')
