import type { FailureClass } from '../../domain/catalogue/shared.ts'
import { noUsage } from '../../domain/task.ts'
import type { Act } from './circles.ts'
import { classOfStatus, classOfWords } from './classify.ts'
import { countAt, isObject, type JsonObject, type ParsedOutput, parseObject, parseObjects, textAt, valueAt } from './parsed-output.ts'

/** The result object: the whole output (`json`) or a line of it (`stream-json`); the last one counts. Key order means nothing. */
function findResult(stdout: string): JsonObject | undefined {
  const whole = parseObject(stdout)
  return (whole ? [whole] : parseObjects(stdout)).findLast((each) => each['type'] === 'result')
}

/** The model that wrote most of the output. */
function mainModel(result: JsonObject): string | undefined {
  const usage = valueAt(result, 'modelUsage')
  if (!isObject(usage)) return undefined
  return Object.keys(usage).sort((a, b) => countAt(usage[b], 'outputTokens') - countAt(usage[a], 'outputTokens'))[0]
}

function describeDenials(result: JsonObject): string[] {
  const denials = valueAt(result, 'permission_denials')
  if (!Array.isArray(denials)) return []
  return denials.map((denial) =>
    `${textAt(denial, 'tool_name') ?? 'a tool'} ${JSON.stringify(valueAt(denial, 'tool_input') ?? {})}`.slice(0, 200),
  )
}

function partsOf(events: JsonObject[], type: string): JsonObject[] {
  return events
    .flatMap((event) => {
      const content = valueAt(event, 'message', 'content')
      return Array.isArray(content) ? content : []
    })
    .filter(isObject)
    .filter((part) => part['type'] === type)
}

/** The shell commands of `stream-json`, each with what it ended with. */
function commandsOf(events: JsonObject[]): ParsedOutput['commands'] {
  const asked = new Set(partsOf(events, 'tool_use').flatMap((part) => (part['name'] === 'Bash' ? [part['id']] : [])))
  return partsOf(events, 'tool_result')
    .filter((part) => asked.has(part['tool_use_id']))
    .map((part) => ({ failed: part['is_error'] === true, said: JSON.stringify(part['content'] ?? '') }))
}

function failureOf(result: JsonObject): { failureClass: FailureClass; message: string } {
  const subtype = textAt(result, 'subtype') ?? ''
  const errors = valueAt(result, 'errors')
  const listed = Array.isArray(errors) ? errors.filter((each) => typeof each === 'string').join(' ') : ''
  const message = textAt(result, 'result') || listed || subtype || 'no reason given'
  if (subtype === 'error_max_turns' || subtype === 'error_max_budget_usd') return { failureClass: 'limit', message }
  if (subtype === 'error_max_structured_output_retries') return { failureClass: 'bad_output', message }
  if (textAt(result, 'terminal_reason') === 'api_error' || typeof result['api_error_status'] === 'number') {
    const status = result['api_error_status']
    return { failureClass: classOfStatus(typeof status === 'number' ? status : null), message }
  }
  return { failureClass: classOfWords(message), message }
}

/**
 * Reads the output of `claude -p` with `--output-format json` or `stream-json`. `subtype` says "success" for failed model
 * calls too: only `is_error` tells. Costs are of this run, because sessions are never resumed.
 */
export function parseClaude(stdout: string): ParsedOutput {
  const result = findResult(stdout)
  if (!result) return { outcome: 'none', text: '', usage: noUsage, denials: [] }
  const cost = result['total_cost_usd']
  const base = {
    text: textAt(result, 'result') ?? '',
    usage: {
      inputTokens: countAt(result, 'usage', 'input_tokens'),
      outputTokens: countAt(result, 'usage', 'output_tokens'),
      cacheReadTokens: countAt(result, 'usage', 'cache_read_input_tokens'),
      cacheWriteTokens: countAt(result, 'usage', 'cache_creation_input_tokens'),
      ...(typeof cost === 'number' ? { costUsd: cost } : {}),
    },
    model: mainModel(result),
    denials: describeDenials(result),
    commands: commandsOf(parseObjects(stdout)),
  }
  if (result['is_error'] !== false) return { ...base, outcome: 'failure', ...failureOf(result) }
  const structured = result['structured_output']
  return { ...base, outcome: 'success', ...(structured === undefined ? {} : { structured }) }
}

/** What a line of stream-json says of the tools that are used: which begins, which has ended. */
export function claudeActs(line: string): Act[] {
  const event = line.includes('"tool_') ? parseObject(line) : null
  if (!event) return []
  const begun = partsOf([event], 'tool_use').map((part): Act => {
    const input = JSON.stringify(part['input'] ?? {})
    return { kind: 'begun', id: String(part['id']), what: `${textAt(part, 'name') ?? 'a tool'} ${input}` }
  })
  const ended = partsOf([event], 'tool_result').map(
    (part): Act => ({ kind: 'ended', id: String(part['tool_use_id']), result: JSON.stringify(part['content'] ?? '') }),
  )
  return [...begun, ...ended]
}

/** A line for people out of a line of stream-json, or null when it says nothing to them. */
export function claudeProgress(line: string): string | null {
  const event = parseObject(line)
  if (!event) return null
  if (event['type'] === 'system' && event['subtype'] === 'api_retry') {
    return `model call failed (${String(event['error_status'] ?? 'no answer')}), trying again`
  }
  const content = valueAt(event, 'message', 'content')
  if (event['type'] !== 'assistant' || !Array.isArray(content)) return null
  for (const part of content) {
    const text = textAt(part, 'text')?.trim()
    if (text) return text.split('\n')[0] ?? null
    const tool = textAt(part, 'name')
    if (tool)
      return `${tool} ${textAt(part, 'input', 'file_path') ?? textAt(part, 'input', 'command') ?? textAt(part, 'input', 'pattern') ?? ''}`.trim()
  }
  return null
}

/** Whether this line is the result: nothing of interest follows it. */
export function isClaudeResult(line: string): boolean {
  return line.includes('"result"') && parseObject(line)?.['type'] === 'result'
}
