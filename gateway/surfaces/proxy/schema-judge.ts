import { parentPort } from 'node:worker_threads'
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'

/** Judges by JSON Schemas, in a thread of its own: `schema-check.ts` asks it, and ends it when it takes too long. */

export type Schema = Readonly<Record<string, unknown>>
/** Whether these can be checked by, answered by why not, '' where they can; or what is wrong with a value, a line each. */
export type Asked = { readonly schemas: readonly Schema[] } | { readonly schema: Schema; readonly value: unknown }

const answerTo = (asked: Asked): readonly string[] => ('schemas' in asked ? asked.schemas.map(whyNot) : faultsOf(asked.schema, asked.value))

const whyNot = (schema: Schema): string => {
  try {
    compiled(schema)
    return ''
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

const newReader = (): Ajv2020 =>
  new Ajv2020({ allErrors: true, strict: false, validateFormats: false, logger: false, addUsedSchema: false })
/** Its start is most of what a small schema costs. */
const reader = newReader()

const compiled = (schema: Schema): ValidateFunction => {
  // Ajv's own word: such a check answers with a promise, and a promise is no verdict.
  if (names(schema, '$async')) throw new Error('"$async" is no word of JSON Schema; leave it out')
  // Drafts differ in little that answers use; the one named is not fetched.
  const { $schema: _, ...rules } = schema
  // What has an id would be found by the schemas after it.
  if (names(rules, '$id')) return newReader().compile(rules)
  try {
    return reader.compile(rules)
  } finally {
    reader.removeSchema(rules)
  }
}

/** Whether a key of this name stands anywhere within. */
const names = (value: unknown, key: string): boolean =>
  typeof value === 'object' && value !== null && (Object.hasOwn(value, key) || Object.values(value).some((one) => names(one, key)))

const faultsOf = (schema: Schema, value: unknown): string[] => {
  const validator = compiled(schema)
  validator(value)
  return (validator.errors ?? []).map(faultIn)
}

const faultIn = ({ instancePath, message, params }: ErrorObject): string => {
  const where = instancePath.slice(1).replaceAll('/', '.') || 'the object'
  const extra = 'additionalProperty' in params ? ` (${params.additionalProperty})` : ''
  return `${where}: ${message}${extra}`
}

parentPort?.on('message', (asked: Asked) => parentPort?.postMessage(answerTo(asked)))
parentPort?.postMessage([])
