import type { z } from 'zod'
import type { StatusAnswer } from './answers.ts'
import type { ServiceContext } from './context/define-service.ts'
import type { Scope } from './http/scopes.ts'

/** Something that people and other programs may ask of the system, said once: every surface, the micro services and the command line take it from here. */
interface OperationSpec<Input extends z.ZodObject, Answer extends z.ZodType<object>> {
  /** `<group>.<endpoint>` of the micro services. */
  readonly name: `${string}.${string}`
  /** What it does, in a sentence. */
  readonly summary: string
  /** What a token may do of which one opens it. */
  readonly scopes: readonly Scope[]
  /** Strict: what a request says beyond it is a fault. */
  readonly input: Input
  /** Loose: a newer system may say more to those who read it. */
  readonly answer: Answer
  /** The route that carries it; absent where HTTP has it in other words or not at all. */
  readonly http?: HttpPart<z.output<Answer>> | undefined
  /** The tool of models that carries it; absent where they have it in other words or not at all. */
  readonly tool?: ToolPart<z.output<Input>> | undefined
  /** Throws `RequestFault`. */
  readonly handler: (input: z.output<Input>, context: ServiceContext) => Promise<z.output<Answer>>
}

/** Fields are in snake case there. Those of the path and of a GET are texts or whole numbers; the others of a POST are its body. */
interface HttpPart<Answer> {
  readonly method: 'get' | 'post'
  /** `{field}` is a field of the input. */
  readonly path: `/${string}`
  /** Of the route in OpenAPI; the tag stands for its group. */
  readonly operationId: string
  readonly tag: string
  /** What the good answer is. */
  readonly description: string
  /** Where HTTP's clients know the answer in other words. */
  readonly shown?: { readonly schema: z.ZodType; readonly of: (answer: Answer) => object }
}

/** Fields are in snake case there, `id` is `task_id`, and a field that the tool does not know is ignored with a warning. */
export interface ToolPart<Input> {
  readonly name: `cortex_${string}`
  /** For people, a few words. */
  readonly title: string
  /** For the model: what it does, and when to call it. */
  readonly description: string
  /** The same call again changes nothing more. */
  readonly idempotent: boolean
  /** It ends something: clients may want to ask before it. */
  readonly destructive?: boolean
  /** Over MCP no model decides silently: its person is asked where the client can; elsewhere, or always, the plan must be named. */
  readonly decides?: 'by asking' | 'by name'
  /** A field that the tool does not know must not be lost. */
  readonly strict?: boolean
  /**
   * Of a command about a task, which a tool names exactly: these words, told with the state in which the task is
   * then (undefined where the caller may not see it).
   */
  readonly done?: (input: Input, after: StatusAnswer | undefined) => string
}

/** Any operation, as what carries it handles it. Types meet in defineOperation only: functions are called with what its own schemas have read. */
export interface AnyOperation extends Omit<OperationSpec<z.ZodObject, z.ZodType<object>>, 'handler' | 'http' | 'tool'> {
  readonly handler: (input: never, context: ServiceContext) => Promise<object>
  readonly http?: HttpPart<never> | undefined
  readonly tool?: ToolPart<never> | undefined
}

/** What somebody said, passed on: whether it is one of the words that are known the operation's own schema tells, with all other faults. */
type Word<Value> = Value extends string ? string : Value extends number ? number : Value
export type Words<Input> = { [Field in keyof Input]: Word<Input[Field]> }

/** Declares an operation. */
export const defineOperation = <Input extends z.ZodObject, Answer extends z.ZodType<object>>(
  operation: OperationSpec<Input, Answer>,
): OperationSpec<Input, Answer> => operation
