import { z } from 'zod'
import type { DefinitionFormat } from '../../../domain/choices.ts'
import type { AnyTool } from './define-tool.ts'

type JsonSchema = Readonly<Record<string, unknown>>

/** The JSON Schema of what a tool takes. Pure. */
export const inputSchema = (tool: AnyTool): JsonSchema => {
  const { $schema: _dialect, ...schema } = z.toJSONSchema(tool.input, { io: 'input' })
  return schema
}

/** Definitions to paste into a chat backend: `tools` of Anthropic's Messages, OpenAI's Chat Completions or Responses. Pure. */
export const definitionsOf = (tools: readonly AnyTool[], format: DefinitionFormat): object[] => tools.map((tool) => formats[format](tool))

const formats: Readonly<Record<DefinitionFormat, (tool: AnyTool) => object>> = {
  anthropic: (tool) => ({ name: tool.name, description: tool.description, input_schema: inputSchema(tool) }),
  openai: (tool) => ({ type: 'function', function: { name: tool.name, description: tool.description, parameters: inputSchema(tool) } }),
  'openai-responses': (tool) => ({
    type: 'function',
    name: tool.name,
    description: tool.description,
    parameters: inputSchema(tool),
    // Strict schemas know no optional fields.
    strict: false,
  }),
}
