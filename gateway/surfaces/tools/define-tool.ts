import type { z } from 'zod'
import type { Operations } from '../../operations.ts'

/** What a tool gets beside its input. */
export interface ToolNeeds {
  /** In the caller's name: what the caller may not do, these refuse. */
  readonly operations: Operations
  readonly now: () => Date
}

/** Something a model may do with Cortex: the same for `/execute-tool`, for MCP and for the definitions that are pasted into a chat. */
export interface Tool<Input extends z.ZodObject = z.ZodObject> {
  readonly name: string
  /** For people, a few words. */
  readonly title: string
  /** For the model: what it does, and when to call it. */
  readonly description: string
  readonly input: Input
  /** It changes nothing. */
  readonly readOnly: boolean
  /** The same call again changes nothing more. */
  readonly idempotent: boolean
  /** It ends something: clients may want to ask before it. */
  readonly destructive?: boolean
  /** On a plan, over MCP: its person is asked where the client can; elsewhere, or always, the plan must be named. */
  readonly decides?: 'by asking' | 'by name'
  /** What it answers, where that is always of one kind. */
  readonly answer?: z.ZodType<object>
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
