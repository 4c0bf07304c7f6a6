import { z } from 'zod'

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
}

/** Objects that stand in many events and would say the same again and again. */
const NAMED: readonly (readonly [name: string, keys: string])[] = [
  ['ref', 'bucket,bytes,contentType,key,masked,sha256'],
  ['attempt', 'baseSha,handoff,implementer,n,reviewer'],
  ['usage', 'cacheReadTokens,cacheWriteTokens,costUsd,inputTokens,outputTokens'],
  ['finding', 'criterion,file,from,line,problem,suggestion'],
]

/** The fields of an event's data in short notation, such as `planHash: sha256` or `files?: string[]`, as a writer must give them. */
export const fieldsOf = (data: z.ZodType): string[] => fields(z.toJSONSchema(data, { io: 'input' }) as Schema)

const fields = (schema: Schema): string[] =>
  Object.entries(schema.properties ?? {}).map(([name, field]) => {
    const optional = schema.required?.includes(name) ? '' : '?'
    const fallback = field.default === undefined ? '' : ` = ${JSON.stringify(field.default)}`
    return `${name}${optional}: ${notation(field)}${fallback}`
  })

const notation = (schema: Schema): string => {
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
  if (pattern === '^[0-9a-f]{64}$') return 'sha256'
  if (pattern === '^[0-9a-f]{40,64}$') return 'commit'
  if (pattern === '^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$') return 'id'
  return format === 'uri' ? 'url' : 'string'
}

const objectOf = (schema: Schema): string => {
  if (!schema.properties)
    return typeof schema.additionalProperties === 'object' ? `{ [name]: ${notation(schema.additionalProperties)} }` : '{}'
  const keys = Object.keys(schema.properties).sort().join(',')
  return NAMED.find(([, known]) => known === keys)?.[0] ?? `{ ${fields(schema).join(', ')} }`
}
