import type { z } from 'zod'
import type { ServiceContext } from './context/define-service.ts'
import type { Scope } from './http/scopes.ts'

/** Something that people and other programs may ask of the system, said once: every surface, the micro services and the command line take it from here. */
interface OperationSpec<Input extends z.ZodType, Answer extends z.ZodType<object>> {
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
  /** Throws `RequestFault`. */
  readonly handler: (input: z.output<Input>, context: ServiceContext) => Promise<z.output<Answer>>
}

/** Any operation, as what carries it handles it. */
export interface AnyOperation extends Omit<OperationSpec<z.ZodType, z.ZodType<object>>, 'handler'> {
  // Called with what its own schema has just parsed; types meet in defineOperation only.
  readonly handler: (input: never, context: ServiceContext) => Promise<object>
}

/** What somebody said, passed on: whether it is one of the words that are known the operation's own schema tells, with all other faults. */
type Word<Value> = Value extends string ? string : Value extends number ? number : Value
export type Words<Input> = { [Field in keyof Input]: Word<Input[Field]> }

/** Declares an operation. */
export const defineOperation = <Input extends z.ZodType, Answer extends z.ZodType<object>>(
  operation: OperationSpec<Input, Answer>,
): OperationSpec<Input, Answer> => operation
