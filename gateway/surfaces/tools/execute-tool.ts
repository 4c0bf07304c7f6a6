import { RequestFault } from '../../../bus/define-service.ts'
import { inOwnSpelling } from '../../spelling.ts'
import type { AnyTool, ToolNeeds } from './define-tool.ts'
import { runTool } from './run-tool.ts'

export interface ToolCall extends ToolNeeds {
  readonly tools: readonly AnyTool[]
  /** All there are, also those that are not offered here. */
  readonly withheld?: readonly AnyTool[] | undefined
  /** The request's body as it came. */
  readonly body: string
  /** The request's `Idempotency-Key`; a key in the input wins. */
  readonly key?: string | undefined
}

/** Characters of an idempotency key. */
const MAX_KEY = 255

/**
 * Answers a request of `{tool_name, tool_input}`. The answer's fields stand flat beside `success`, and once more as `result`
 * unless the answer has one of its own. Throws `RequestFault`.
 */
export const executeTool = async ({ tools, withheld = tools, body, key, ...around }: ToolCall): Promise<object> => {
  if (key !== undefined && key.length > MAX_KEY) throw new RequestFault(400, [`Idempotency-Key: may have ${MAX_KEY} characters at most`])
  const { tool_name: name, tool_input: input } = readCall(body)
  const tool = tools.find((one) => one.name === name)
  if (!tool && withheld.some((one) => one.name === name))
    throw new RequestFault(403, [
      `${name} decides on plans, which is a person's: it is not offered to models here ([gateway] deciding_tools)`,
    ])
  if (!tool) throw new RequestFault(400, [`Unknown tool: ${name.slice(0, 200)}`])
  const answer = await runTool(tool, withKey(input, key, Object.hasOwn(tool.input.shape, 'idempotency_key')), around)
  return { result: answer, ...answer, success: true }
}

const readCall = (text: string): { tool_name: string; tool_input: unknown } => {
  let call: unknown
  try {
    call = JSON.parse(text)
  } catch (error) {
    throw new RequestFault(400, [`the body is no JSON: ${error instanceof Error ? error.message : error}`])
  }
  if (typeof call !== 'object' || call === null || Array.isArray(call)) throw new RequestFault(400, ['the body must be a JSON object'])
  const { tool_name, tool_input } = inOwnSpelling(['tool_name', 'tool_input'], call)
  const isObject = typeof tool_input === 'object' && tool_input !== null && !Array.isArray(tool_input)
  const faults = [
    ...(typeof tool_name === 'string' && tool_name !== '' ? [] : ['tool_name: name the tool; GET /tools lists them']),
    ...(tool_input === undefined || isObject ? [] : ['tool_input: must be a JSON object']),
  ]
  if (typeof tool_name !== 'string' || faults.length > 0) throw new RequestFault(400, faults)
  return { tool_name, tool_input: tool_input ?? {} }
}

const withKey = (input: unknown, key: string | undefined, takesKey: boolean): unknown =>
  key && takesKey ? { idempotency_key: key, ...Object(input) } : input
