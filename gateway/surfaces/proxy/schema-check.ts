import { createRequire } from 'node:module'
import { runInNewContext } from 'node:vm'
import type { ValidateFunction } from 'ajv/dist/2020.js'
import { invalidRequest } from './fault.ts'

const require = createRequire(import.meta.url)

/** Milliseconds that one check may take: a client's `pattern` can need years for a short text, and everything else waits meanwhile. */
const CHECK_MS = 1000

/**
 * What is wrong with a value by a JSON Schema, a line each. Throws at once when the schema is none or `$async`; the check throws
 * `ProxyFault` 400, naming `param`, when the schema takes too long for the value.
 */
export const schemaCheck = (schema: Readonly<Record<string, unknown>>, param: string): ((value: unknown) => readonly string[]) => {
  // Ajv's own word: such a check answers with a promise, and a promise is no verdict.
  if (names(schema, '$async')) throw new Error('"$async" is no word of JSON Schema; leave it out')
  // Large, and most requests want no schema.
  const { Ajv2020 }: typeof import('ajv/dist/2020.js') = require('ajv/dist/2020.js')
  // Drafts differ in little that answers use; the one named is not fetched.
  const { $schema: _, ...rules } = schema
  const validator = new Ajv2020({ allErrors: true, strict: false, validateFormats: false, logger: false }).compile(rules)
  return (value) => inTime(() => faultsOf(validator, value), param)
}

/** Whether a key of this name stands anywhere within. */
const names = (value: unknown, key: string): boolean =>
  typeof value === 'object' && value !== null && (Object.hasOwn(value, key) || Object.values(value).some((one) => names(one, key)))

const faultsOf = (validator: ValidateFunction, value: unknown): string[] => {
  validator(value)
  return (validator.errors ?? []).map(({ instancePath, message, params }) => {
    const where = instancePath.slice(1).replaceAll('/', '.') || 'the object'
    const extra = 'additionalProperty' in params ? ` (${params.additionalProperty})` : ''
    return `${where}: ${message}${extra}`
  })
}

/** Runs it under a clock that also ends a regular expression in the middle; nothing else does that within one thread. */
const inTime = (work: () => string[], param: string): string[] => {
  let result: string[] = []
  const run = (): void => {
    result = work()
  }
  try {
    runInNewContext('run()', { run }, { timeout: CHECK_MS })
  } catch (error) {
    if (!isTimeout(error)) throw error
    const message = `cannot be checked: the answer was not read against it within ${CHECK_MS} ms; write its patterns without repetitions in repetitions`
    throw invalidRequest([{ param, message }])
  }
  return result
}

const isTimeout = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
