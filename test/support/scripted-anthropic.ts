import type { ServerResponse } from 'node:http'
import { isObject } from '../../infra/agents/parsed-output.ts'
import {
  openStream,
  type Respond,
  type Script,
  type ScriptedModel,
  sendJson,
  startScriptedModel,
  type Turn,
  type WireFormat,
} from './scripted-model.ts'

const errorTypes: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  429: 'rate_limit_error',
  529: 'overloaded_error',
}
const tokens = { input_tokens: 100, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 }
let identities = 0

function messagesOf(body: unknown): unknown[] {
  return isObject(body) && Array.isArray(body['messages']) ? body['messages'] : []
}

function toolResults(body: unknown): number {
  const contents = messagesOf(body).flatMap((message) => (isObject(message) && Array.isArray(message['content']) ? message['content'] : []))
  return contents.filter((part) => isObject(part) && part['type'] === 'tool_result').length
}

/** Claude's Write wants an absolute path: the folder of the run stands in its prompt. */
function workingFolder(body: unknown): string {
  const text = JSON.stringify(body)
  return /working directory: ([^\s"\\`]+)/i.exec(text)?.[1] ?? '/the-prompt-names-no-folder'
}

function contentBlock(turn: Exclude<Turn, { refuse: number }>, body: unknown): { type: string; [key: string]: unknown } {
  const use = (name: string, input: unknown) => ({ type: 'tool_use', id: `toolu_${++identities}`, name, input })
  if ('say' in turn) return { type: 'text', text: turn.say }
  if ('write' in turn) return use('Write', { file_path: `${workingFolder(body)}/${turn.write.file}`, content: turn.write.content })
  if ('read' in turn) return use('Read', { file_path: `${workingFolder(body)}/${turn.read}` })
  if ('edit' in turn) {
    const { file, old, new: replacement } = turn.edit
    return use('Edit', { file_path: `${workingFolder(body)}/${file}`, old_string: old, new_string: replacement })
  }
  if ('run' in turn) return use('Bash', { command: turn.run, description: 'scripted' })
  if ('call' in turn) return use(`mcp__${turn.call.server}__${turn.call.tool}`, turn.call.input)
  return use('StructuredOutput', turn.answer)
}

function stream(response: ServerResponse, message: object, block: { type: string; [key: string]: unknown }, stopReason: string): void {
  const send = openStream(response)
  const tool = block.type === 'tool_use'
  send('message_start', { message: { ...message, content: [], stop_reason: null, usage: { ...tokens, output_tokens: 1 } } })
  send('content_block_start', { index: 0, content_block: tool ? { ...block, input: {} } : { type: 'text', text: '' } })
  const delta = tool
    ? { type: 'input_json_delta', partial_json: JSON.stringify(block['input']) }
    : { type: 'text_delta', text: block['text'] }
  send('content_block_delta', { index: 0, delta })
  send('content_block_stop', { index: 0 })
  send('message_delta', { delta: { stop_reason: stopReason, stop_sequence: null }, usage: { output_tokens: 20 } })
  send('message_stop', {})
  response.end()
}

const respond: Respond = (turn, body, response) => {
  const block = contentBlock(turn, body)
  const stopReason = block.type === 'tool_use' ? 'tool_use' : 'end_turn'
  const model = isObject(body) ? body['model'] : undefined
  const message = {
    id: `msg_${++identities}`,
    type: 'message',
    role: 'assistant',
    model,
    content: [block],
    stop_reason: stopReason,
    stop_sequence: null,
    usage: { ...tokens, output_tokens: 20 },
  }
  if (isObject(body) && body['stream'] === true) stream(response, message, block, stopReason)
  else sendJson(response, 200, message)
}

/** The Messages API. */
const messagesApi: WireFormat = {
  answers: (path) => path === '/v1/messages',
  read: (body, raw) => ({ text: raw, turnsTaken: toolResults(body) }),
  respond,
  error: (status, message) => ({ type: 'error', error: { type: errorTypes[status] ?? 'api_error', message } }),
  other: (path) => (path.endsWith('/count_tokens') ? { input_tokens: 100 } : {}),
}

/** A scripted model behind the Messages API, for the real `claude`: set ANTHROPIC_BASE_URL to its url. */
export function startScriptedAnthropic(scripts: Script[]): Promise<ScriptedModel> {
  return startScriptedModel(messagesApi, scripts)
}
