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

let identities = 0

function inputOf(body: unknown): unknown[] {
  return isObject(body) && Array.isArray(body['input']) ? body['input'] : []
}

function toolResults(body: unknown): number {
  return inputOf(body).filter(
    (item) => isObject(item) && (item['type'] === 'function_call_output' || item['type'] === 'custom_tool_call_output'),
  ).length
}

function hasTool(body: unknown, name: string): boolean {
  const tools = isObject(body) && Array.isArray(body['tools']) ? body['tools'] : []
  return tools.some((tool) => isObject(tool) && tool['name'] === name)
}

type Change = Extract<Turn, { write: unknown } | { edit: unknown }>

function patchFor(change: Change): string {
  if ('edit' in change) {
    const { file, old, new: replacement } = change.edit
    return ['*** Begin Patch', `*** Update File: ${file}`, '@@', `-${old}`, `+${replacement}`, '*** End Patch'].join('\n')
  }
  const { write } = change
  const lines = write.content
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => `+${line}`)
  return ['*** Begin Patch', `*** Add File: ${write.file}`, ...lines, '*** End Patch'].join('\n')
}

/** One output item. Commands and patches go by the tools that gpt-5.5 is offered. */
function outputItem(turn: Exclude<Turn, { refuse: number }>, body: unknown): { type: string; [key: string]: unknown } {
  const id = `item_${++identities}`
  const call = { id, call_id: `call_${identities}`, status: 'completed' }
  const say = (text: string) => ({
    id,
    type: 'message',
    role: 'assistant',
    status: 'completed',
    content: [{ type: 'output_text', text, annotations: [] }],
  })
  const run = (command: string) => ({ ...call, type: 'function_call', name: 'exec_command', arguments: JSON.stringify({ cmd: command }) })
  if ('say' in turn) return say(turn.say)
  if ('answer' in turn) return say(JSON.stringify(turn.answer))
  if ('run' in turn) return run(turn.run)
  if ('call' in turn) {
    const { server, tool, input } = turn.call
    return { ...call, type: 'function_call', namespace: `mcp__${server}`, name: tool, arguments: JSON.stringify(input) }
  }
  if ('read' in turn) return run(`cat ${turn.read}`)
  if (hasTool(body, 'apply_patch')) return { ...call, type: 'custom_tool_call', name: 'apply_patch', input: patchFor(turn) }
  return run(`apply_patch <<'SCRIPTED'\n${patchFor(turn)}\nSCRIPTED`)
}

const respond: Respond = (turn, body, response) => {
  const item = outputItem(turn, body)
  const usage = {
    input_tokens: 100,
    input_tokens_details: { cached_tokens: 10 },
    output_tokens: 20,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: 120,
  }
  const model = isObject(body) ? body['model'] : undefined
  const answer = {
    id: `resp_${++identities}`,
    object: 'response',
    created_at: 0,
    model,
    status: 'completed',
    error: null,
    output: [item],
    usage,
  }
  if (!isObject(body) || body['stream'] !== true) return sendJson(response, 200, answer)
  const send = openStream(response)
  send('response.created', { response: { ...answer, status: 'in_progress', output: [], usage: null } })
  send('response.output_item.added', {
    output_index: 0,
    item: item.type === 'message' ? { ...item, status: 'in_progress', content: [] } : item,
  })
  send('response.output_item.done', { output_index: 0, item })
  send('response.completed', { response: answer })
  response.end()
}

/** The Responses API. */
const responsesApi: WireFormat = {
  answers: (path) => path.endsWith('/responses'),
  read: (body, raw) => ({ text: raw, turnsTaken: toolResults(body) }),
  respond,
  error: (status, message) => ({
    error: {
      message,
      type: status < 500 ? 'invalid_request_error' : 'server_error',
      code: status === 401 ? 'invalid_api_key' : 'scripted',
    },
  }),
  other: () => ({ object: 'list', data: [], models: [] }),
}

/** A scripted model behind the Responses API, for the real `codex`: its base URL is `<url>/v1`. */
export function startScriptedOpenAI(scripts: Script[]): Promise<ScriptedModel> {
  return startScriptedModel(responsesApi, scripts)
}

/** One completion, whole or streamed with its usage in the last chunk. Only words can be answered. */
const respondCompletion: Respond = (turn, body, response) => {
  if (!('say' in turn || 'answer' in turn)) throw new Error('a completion can only say or answer something')
  const content = 'say' in turn ? turn.say : JSON.stringify(turn.answer)
  const base = { id: `chatcmpl_${++identities}`, created: 0, model: isObject(body) ? body['model'] : undefined }
  const usage = { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120, prompt_tokens_details: { cached_tokens: 10 } }
  if (!isObject(body) || body['stream'] !== true) {
    const choices = [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }]
    return sendJson(response, 200, { ...base, object: 'chat.completion', choices, usage })
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  const send = (choices: object[], more: object = {}) =>
    response.write(`data: ${JSON.stringify({ ...base, object: 'chat.completion.chunk', choices, ...more })}\n\n`)
  const middle = Math.ceil(content.length / 2)
  for (const part of [content.slice(0, middle), content.slice(middle)]) send([{ index: 0, delta: { content: part }, finish_reason: null }])
  send([{ index: 0, delta: {}, finish_reason: 'stop' }])
  send([], { usage })
  response.end('data: [DONE]\n\n')
}

/** The Chat Completions API. */
const completionsApi: WireFormat = {
  ...responsesApi,
  answers: (path) => path.endsWith('/chat/completions'),
  read: (_, raw) => ({ text: raw, turnsTaken: 0 }),
  respond: respondCompletion,
}

/** A scripted model behind the Chat Completions API, as `[lanes.api]` asks one: its `url` is `<url>/v1`. */
export function startScriptedCompletions(scripts: Script[]): Promise<ScriptedModel> {
  return startScriptedModel(completionsApi, scripts)
}
