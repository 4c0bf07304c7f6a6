import { readInput } from '../../carriers.ts'
import { inOwnSpelling } from '../../spelling.ts'
import type { AnyTool, ToolNeeds } from './define-tool.ts'

/**
 * Runs a tool on what a model gave for its input. A field by its other spelling (`dependsOn`) is the same field, and one that
 * nobody knows is named in a `warning` instead of being lost silently. Throws `RequestFault`: 400 with all faults, or the tool's own.
 */
export const runTool = async (tool: AnyTool, given: unknown, around: ToolNeeds): Promise<Record<string, unknown>> => {
  const fields = Object.keys(tool.input.shape)
  const input = isObject(given) ? inOwnSpelling(fields, given) : (given ?? {})
  // `handler` takes what its own schema gives.
  const { warning, ...answer }: { warning?: string } = await tool.handler(readInput(tool.input, input) as never, around)
  const unknown = Object.keys(Object(input)).filter((key) => !fields.includes(key))
  const ignored = unknown.length > 0 ? [`${tool.name} does not know and ignored: ${unknown.slice(0, 20).join(', ')}`] : []
  const warnings = [...(warning === undefined ? [] : [warning]), ...ignored]
  return { ...answer, ...(warnings.length > 0 ? { warning: warnings.join('; ') } : {}) }
}

const isObject = (given: unknown): given is object => typeof given === 'object' && given !== null && !Array.isArray(given)
