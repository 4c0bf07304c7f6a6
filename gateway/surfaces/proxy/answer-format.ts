import { z } from 'zod'
import { jsonAnswer } from '../../../functions/reasoning/json-answer.ts'
import type { FieldFault } from './fault.ts'
import { schemaFaults, valueFaults } from './schema-check.ts'

/** JSON that a request wants for an answer. */
export interface AnswerFormat {
  /** A JSON Schema; without it any object will do. */
  readonly schema?: Readonly<Record<string, unknown>>
  /** Valid, or what is wrong with the object, a line each. */
  check(value: unknown): Promise<readonly string[]>
}

export const FlatFormat = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('text') }),
  z.looseObject({ type: z.literal('json_object') }),
  z.looseObject({ type: z.literal('json_schema'), schema: z.record(z.string(), z.unknown()) }),
])

/** Reads a wish `{type, schema}`; undefined is plain text. A schema that cannot be checked is refused, not ignored. */
export const answerFormat = async (wish: unknown, param: string): Promise<AnswerFormat | undefined | FieldFault> => {
  const read = FlatFormat.safeParse(wish ?? { type: 'text' })
  if (!read.success) {
    const [issue] = read.error.issues
    return { param: [param, ...(issue?.path ?? [])].join('.'), message: issue?.message ?? 'is not understood' }
  }
  if (read.data.type === 'text') return undefined
  if (read.data.type === 'json_object') return { check: async () => [] }
  const { schema } = read.data
  const field = `${param}.schema`
  const [fault] = await schemaFaults([schema], field)
  return fault ? { param: field, message: `cannot be checked: ${fault}` } : { schema, check: (value) => valueFaults(schema, value, field) }
}

/** What a prompt says about the form of its answer. */
export const formatInstruction = ({ schema }: AnswerFormat): string => {
  const form = 'Answer with one JSON object and nothing else: no words before or after it.'
  return schema ? `${form} It must be valid against this JSON Schema:\n${JSON.stringify(schema)}` : form
}

/** The JSON in an answer, as text; or what is wrong with it. */
export const readFormatted = async (text: string, format: AnswerFormat): Promise<{ json: string } | { faults: readonly string[] }> => {
  const object = jsonAnswer(text)
  if (!object) return { faults: ['there is no JSON object in the answer'] }
  const faults = await format.check(object)
  return faults.length > 0 ? { faults } : { json: JSON.stringify(object) }
}
