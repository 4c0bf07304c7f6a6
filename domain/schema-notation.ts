import { z } from 'zod'
import { BlobRef } from '../bus/blobs.ts'
import { NotedSteps } from '../bus/noted-steps.ts'
import { ConversationWish, Evidence, ReasoningRequest } from './catalogue/reasoning.ts'
import * as shared from './catalogue/shared.ts'
import { Outcome } from './catalogue/task.ts'

/** The part of JSON Schema that zod writes for our transform-free schemas. */
interface Schema {
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly format?: string
  readonly pattern?: string
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: Schema | boolean
  readonly default?: unknown
  readonly $ref?: string
  readonly $defs?: Readonly<Record<string, Schema>>
}

/** What many events have in common, under the name that stands for it: everything of `shared.ts`, and what is larger. */
const shapes = z.registry<{ id: string }>()
for (const [name, shape] of Object.entries({
  ...shared,
  Ref: BlobRef,
  Request: ReasoningRequest,
  Evidence,
  ConversationWish,
  Outcome,
  NextSteps: NotedSteps,
}))
  if (shape instanceof z.ZodType) shapes.add(shape, { id: `${name[0]?.toLowerCase()}${name.slice(1)}` })

/** The fields of an event's data in short notation, such as `planHash: sha256` or `files?: string[]`, as a writer must give them. */
export const fieldsOf = (data: z.ZodType): string[] => {
  const schema = inputOf(data)
  return schema.$ref === undefined ? fields(schema) : [notation(schema)]
}

/** What the names in such notations stand for, by name: the fields of an object, or what else may stand there. */
export const shapesOf = (events: readonly z.ZodType[]): ReadonlyMap<string, readonly string[]> => {
  const found = events.map((data) => inputOf(data).$defs ?? {})
  const shown = Object.entries(Object.assign({}, ...found) as Readonly<Record<string, Schema>>)
  return new Map(shown.sort().map(([name, schema]) => [name, schema.properties ? fields(schema) : [notation(schema)]]))
}

const inputOf = (data: z.ZodType): Schema => z.toJSONSchema(data, { io: 'input', metadata: shapes }) as Schema

const fields = (schema: Schema): string[] =>
  Object.entries(schema.properties ?? {}).map(([name, field]) => {
    const optional = schema.required?.includes(name) ? '' : '?'
    const fallback = field.default === undefined ? '' : ` = ${JSON.stringify(field.default)}`
    return `${name}${optional}: ${notation(field)}${fallback}`
  })

const notation = (schema: Schema): string => {
  if (schema.$ref !== undefined) return schema.$ref.replace('#/$defs/', '')
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum) return schema.enum.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))).join(' | ')
  const choices = schema.anyOf ?? schema.oneOf
  if (choices) return choices.map(notation).join(' | ')
  if (schema.type === 'array') return arrayOf(notation(schema.items ?? {}))
  if (schema.type === 'object') return objectOf(schema)
  if (schema.type === 'string') return stringOf(schema)
  return schema.type ?? 'anything'
}

const arrayOf = (item: string): string => (/ /.test(item) && !item.startsWith('{') ? `(${item})[]` : `${item}[]`)

const stringOf = ({ format, pattern }: Schema): string => {
  if (format === 'uri') return 'url'
  return format === undefined && pattern !== undefined ? `string /${pattern}/` : 'string'
}

const objectOf = (schema: Schema): string => {
  if (schema.properties) return `{ ${fields(schema).join(', ')} }`
  return typeof schema.additionalProperties === 'object' ? `{ [name]: ${notation(schema.additionalProperties)} }` : '{}'
}
