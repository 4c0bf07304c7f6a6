import type { z } from 'zod'
import type { AnyOperation } from './define-operation.ts'

/** An operation's fields under the names that programs outside write. */
interface Spelling {
  /** The operation's own fields, by those names. */
  readonly shape: z.core.$ZodLooseShape
  /** What these fields have read, as the operation's input. */
  readonly input: (said: object) => object
}

const snakeCase = (field: string): string => field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

const read = new WeakMap<object, AnyOperation>()

/** Says of an input that the operation's own fields have read all of it: within the process it is not read again. */
export const asRead = <Operation extends AnyOperation>(
  operation: Operation,
  input: z.output<Operation['input']>,
): z.output<Operation['input']> => {
  // A rule over several fields is the whole schema's.
  if (!operation.input.def.checks?.length) read.set(input, operation)
  return input
}

/** Whether that was said of this very input. */
export const isRead = (operation: AnyOperation, input: object): boolean => read.get(input) === operation

/** In snake case, where `names` does not say otherwise. */
export const spellingOf = (operation: AnyOperation, names: Readonly<Record<string, string>> = {}): Spelling => {
  const fields = new Map(
    Object.entries(operation.input.shape).map(([field, schema]) => [names[field] ?? snakeCase(field), { field, schema }]),
  )
  return {
    shape: Object.fromEntries([...fields].map(([name, { schema }]) => [name, schema])),
    input: (said) =>
      asRead(operation, Object.fromEntries(Object.entries(said).map(([name, value]) => [fields.get(name)?.field ?? name, value]))),
  }
}

/** What was said of these fields, whichever of the two spellings each has; a field that is there in its own stays. Pure. */
export const inOwnSpelling = (fields: readonly string[], said: unknown): unknown => {
  if (typeof said !== 'object' || said === null || Array.isArray(said)) return said
  const own = new Map(fields.map((field) => [snakeCase(field), field]))
  return Object.fromEntries(
    Object.entries(said).map(([name, value]) => {
      const field = own.get(name)
      return [field !== undefined && !Object.hasOwn(said, field) ? field : name, value]
    }),
  )
}
