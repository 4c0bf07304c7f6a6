import { createRequire } from 'node:module'
import type { ValidateFunction } from 'ajv/dist/2020.js'
import { z } from 'zod'
import { jsonAnswer } from '../../../functions/reasoning/json-answer.ts'
import type { FieldFault } from './fault.ts'

const require = createRequire(import.meta.url)

/** JSON that a request wants for an answer. */
export interface AnswerFormat {
  /** A JSON Schema; without it any object will do. */
  readonly schema?: Readonly<Record<string, unknown>>
  /** Valid, or what is wrong with the object, a line each. */
  check(value: unknown): readonly string[]
}

const Wish = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('text') }),
  z.looseObject({ type: z.literal('json_object') }),
  z.looseObject({ type: z.literal('json_schema'), schema: z.record(z.string(), z.unknown()) }),
])

/** Reads a wish `{type, schema}`; undefined is plain text. A schema that cannot be checked is refused, not ignored. */
export const answerFormat = (wish: unknown, param: string): AnswerFormat | undefined | FieldFault => {
  const read = Wish.safeParse(wish ?? { type: 'text' })
  if (!read.success) {
    const [issue] = read.error.issues
    return { param: [param, ...(issue?.path ?? [])].join('.'), message: issue?.message ?? 'is not understood' }
  }
  if (read.data.type === 'text') return undefined
  if (read.data.type === 'json_object') return { check: () => [] }
  const { schema } = read.data
  try {
    return { schema, check: schemaCheck(schema) }
  } catch (error) {
    return { param: `${param}.schema`, message: `cannot be checked: ${error instanceof Error ? error.message : error}` }
  }
}

/** What is wrong with a value by a JSON Schema, a line each. Throws when the schema is none. */
export const schemaCheck = (schema: Readonly<Record<string, unknown>>): ((value: unknown) => readonly string[]) => {
  // Large, and most requests want no schema.
  const { Ajv2020 }: typeof import('ajv/dist/2020.js') = require('ajv/dist/2020.js')
  // Drafts differ in little that answers use; the one named is not fetched.
  const { $schema: _, ...rules } = schema
  const validator = new Ajv2020({ allErrors: true, strict: false, validateFormats: false, logger: false }).compile(rules)
  return (value) => faultsOf(validator, value)
}

const faultsOf = (validator: ValidateFunction, value: unknown): string[] => {
  validator(value)
  return (validator.errors ?? []).map(({ instancePath, message, params }) => {
    const where = instancePath.slice(1).replaceAll('/', '.') || 'the object'
    const extra = 'additionalProperty' in params ? ` (${params.additionalProperty})` : ''
    return `${where}: ${message}${extra}`
  })
}

/** What a prompt says about the form of its answer. */
export const formatInstruction = ({ schema }: AnswerFormat): string => {
  const form = 'Answer with one JSON object and nothing else: no words before or after it.'
  return schema ? `${form} It must be valid against this JSON Schema:\n${JSON.stringify(schema)}` : form
}

/** The JSON in an answer, as text; or what is wrong with it. */
export const readFormatted = (text: string, format: AnswerFormat): { json: string } | { faults: readonly string[] } => {
  const object = jsonAnswer(text)
  if (!object) return { faults: ['there is no JSON object in the answer'] }
  const faults = format.check(object)
  return faults.length > 0 ? { faults } : { json: JSON.stringify(object) }
}
