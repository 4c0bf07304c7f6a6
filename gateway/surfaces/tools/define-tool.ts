import type { z } from 'zod'
import type { ToolPart } from '../../define-operation.ts'
import type { Operations } from '../../operations.ts'

/** What a tool gets beside its input. */
export interface ToolNeeds {
  /** In the caller's name: what the caller may not do, these refuse. */
  readonly operations: Operations
  readonly now: () => Date
}

/** Something a model may do with Cortex: the same for `/execute-tool`, for MCP and for the definitions that are pasted into a chat. */
export interface Tool<Input extends z.ZodObject = z.ZodObject> extends Omit<ToolPart<never>, 'strict' | 'done'> {
  readonly input: Input
  /** What it answers, where that is always of one kind. */
  readonly answer?: z.ZodType<object>
  /** It changes nothing. */
  readonly readOnly: boolean
  /** Answers with something JSON can carry. Throws `RequestFault`. */
  readonly handler: (input: z.output<Input>, around: ToolNeeds) => Promise<object>
}

/** Any tool, as those who run one see it. */
export interface AnyTool extends Omit<Tool, 'handler'> {
  // Called with what its own schema has just parsed; types meet in defineTool only.
  readonly handler: (input: never, around: ToolNeeds) => Promise<object>
}

/** Declares a tool. */
export const defineTool = <Input extends z.ZodObject>(tool: Tool<Input>): Tool<Input> => tool
