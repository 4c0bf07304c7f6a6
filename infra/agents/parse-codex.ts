import { noUsage } from '../../domain/task.ts'
import type { Act } from './circles.ts'
import { classOfWords, sandboxComplaint } from './classify.ts'
import { countAt, isObject, type JsonObject, type ParsedOutput, parseObject, parseObjects, textAt, valueAt } from './parsed-output.ts'

function completedItems(events: JsonObject[], type: string): JsonObject[] {
  return events
    .filter((event) => event['type'] === 'item.completed')
    .map((event) => event['item'])
    .filter(isObject)
    .filter((item) => item['type'] === type)
}

/** Cached input is part of `input_tokens` here; ours are apart. */
function usageOf(turn: JsonObject | undefined): ParsedOutput['usage'] {
  const cacheReadTokens = countAt(turn, 'usage', 'cached_input_tokens')
  const cacheWriteTokens = countAt(turn, 'usage', 'cache_write_input_tokens')
  return {
    inputTokens: Math.max(0, countAt(turn, 'usage', 'input_tokens') - cacheReadTokens - cacheWriteTokens),
    outputTokens: countAt(turn, 'usage', 'output_tokens'),
    cacheReadTokens,
    cacheWriteTokens,
  }
}

/** The complaint of a sandbox that cannot work here: commands failed by it and none succeeded. */
function brokenSandbox(events: JsonObject[], stderr: string): string | null {
  const commands = completedItems(events, 'command_execution')
  if (commands.some((command) => command['exit_code'] === 0)) return null
  const complaint = commands.map((command) => sandboxComplaint(textAt(command, 'aggregated_output') ?? '')).find((text) => text !== null)
  if (complaint) return complaint
  // With a helper that cannot be started, codex prints no item for the command at all.
  return commands.length === 0 ? sandboxComplaint(stderr) : null
}

/** The innermost message: codex passes on the server's JSON as a string. */
function plainMessage(message: string): string {
  const inner = parseObject(message)
  return (inner && (textAt(inner, 'error', 'message') ?? textAt(inner, 'message') ?? textAt(inner, 'detail'))) || message
}

/**
 * Reads the events of `codex exec --json`. The last agent message is the answer; `lastMessage` is the content of the `-o`
 * file and stands in when the stream was cut. A run whose sandbox is broken counts as failed, though codex exits with 0.
 */
export function parseCodex(stdout: string, stderr: string, lastMessage: string): ParsedOutput {
  const events = parseObjects(stdout)
  const completed = events.findLast((event) => event['type'] === 'turn.completed')
  const failed = events.findLast((event) => event['type'] === 'turn.failed')
  const error = events.findLast((event) => event['type'] === 'error')
  const text = textAt(completedItems(events, 'agent_message').at(-1), 'text') ?? lastMessage
  const commands = completedItems(events, 'command_execution').map((item) => ({
    failed: item['exit_code'] !== 0,
    said: textAt(item, 'aggregated_output') ?? '',
  }))
  const base = { text, usage: completed ? usageOf(completed) : noUsage, denials: deniedChanges(events), commands }
  const complaint = brokenSandbox(events, stderr)
  if (complaint) return { ...base, outcome: 'failure', failureClass: 'sandbox_broken', message: complaint.trim().slice(0, 300) }
  if (failed || (error && !completed)) {
    const raw = textAt(failed, 'error', 'message') ?? textAt(error, 'message') ?? 'no reason given'
    return { ...base, outcome: 'failure', failureClass: classOfWords(raw), message: plainMessage(raw) }
  }
  if (!completed) return { ...base, outcome: 'none' }
  return { ...base, outcome: 'success' }
}

function deniedChanges(events: JsonObject[]): string[] {
  return completedItems(events, 'file_change')
    .filter((item) => item['status'] === 'failed')
    .map((item) => `file_change ${JSON.stringify(valueAt(item, 'changes') ?? [])}`.slice(0, 200))
}

/** What an event says of the commands and tools that are used. What a changed file holds is not told, so changes are none. */
export function codexActs(line: string): Act[] {
  const event = line.includes('"item.') ? parseObject(line) : null
  const item = event?.['item']
  const type = textAt(item, 'type')
  if (type !== 'command_execution' && type !== 'mcp_tool_call') return []
  const id = textAt(item, 'id') ?? ''
  const said = textAt(item, 'command') ?? `${textAt(item, 'tool') ?? type} ${JSON.stringify(valueAt(item, 'arguments') ?? {})}`
  if (event?.['type'] === 'item.started') return [{ kind: 'begun', id, what: said }]
  const result = `${String(valueAt(item, 'exit_code'))} ${textAt(item, 'aggregated_output') ?? JSON.stringify(valueAt(item, 'result') ?? '')}`
  return event?.['type'] === 'item.completed' ? [{ kind: 'ended', id, result }] : []
}

/** A line for people out of an event, or null when it says nothing to them. */
export function codexProgress(line: string): string | null {
  const event = parseObject(line)
  if (!event) return null
  if (event['type'] === 'error') return plainMessage(textAt(event, 'message') ?? 'error')
  const item = event['item']
  if (event['type'] === 'item.started' && textAt(item, 'type') === 'command_execution') return `$ ${textAt(item, 'command') ?? ''}`
  if (event['type'] !== 'item.completed') return null
  if (textAt(item, 'type') === 'agent_message') return (textAt(item, 'text') ?? '').split('\n')[0] ?? null
  if (textAt(item, 'type') !== 'file_change') return null
  const changes = valueAt(item, 'changes')
  return Array.isArray(changes)
    ? changes.map((change) => `${textAt(change, 'kind') ?? 'change'} ${textAt(change, 'path') ?? ''}`).join(', ')
    : null
}
