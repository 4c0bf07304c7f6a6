import { z } from 'zod'
import { priorityOf } from '../domain/choices.ts'
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
export const inOwnSpelling = (fields: readonly string[], said: object): Record<string, unknown> => {
  const own = new Map(fields.map((field) => [snakeCase(field), field]))
  return Object.fromEntries(
    Object.entries(said).map(([name, value]) => {
      const field = own.get(snakeCase(name))
      return [field !== undefined && !Object.hasOwn(said, field) ? field : name, value]
    }),
  )
}

/** A priority by its name is the priority; a word that is none stays, and is refused with all other faults. */
const withNamedPriority = (said: Record<string, unknown>): Record<string, unknown> =>
  typeof said['priority'] === 'string' ? { ...said, priority: priorityOf(said['priority']) ?? said['priority'] } : said

/** The same object as people and programs outside may say it: each field in snake case or in camel case, and the priority by its name. Described as the object itself. */
export const freelySaid = <Schema extends z.ZodObject>(schema: Schema) => {
  const { $schema: _draft, ...described } = z.toJSONSchema(schema, { io: 'input' })
  const fields = Object.keys(schema.shape)
  return z
    .unknown()
    .transform((said) =>
      typeof said !== 'object' || said === null || Array.isArray(said) ? said : withNamedPriority(inOwnSpelling(fields, said)),
    )
    .pipe(schema)
    .meta(described as Record<string, unknown>)
}
