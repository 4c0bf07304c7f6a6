import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answerForm, repairPrompt } from '../../../../gateway/surfaces/proxy/answer-form.ts'
import { type AnswerFormat, answerFormat, formatInstruction, readFormatted } from '../../../../gateway/surfaces/proxy/answer-format.ts'

const schema = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'], additionalProperties: false }
const formatOf = (wish: unknown): AnswerFormat => {
  const format = answerFormat(wish, 'response_format')
  if (!format || 'message' in format) assert.fail('this is a format')
  return format
}

test('plain text needs no form', () => {
  assert.equal(answerFormat(undefined, 'p'), undefined)
  assert.equal(answerFormat({ type: 'text' }, 'p'), undefined)
})

test('a wish that is not understood, or a schema that cannot be checked, is a fault', () => {
  assert.deepEqual(Object.keys(answerFormat({ type: 'xml' }, 'p') ?? {}), ['param', 'message'])
  assert.equal((answerFormat({ type: 'json_schema' }, 'p') as { param: string }).param, 'p.schema')
  assert.match((answerFormat({ type: 'json_schema', schema: { type: 'thing' } }, 'p') as { message: string }).message, /cannot be checked/)
})

test('the prompt tells the schema', () => {
  assert.ok(formatInstruction(formatOf({ type: 'json_schema', schema })).includes(JSON.stringify(schema)))
})

test('JSON is found in an answer and checked', () => {
  const format = formatOf({ type: 'json_schema', schema })
  assert.deepEqual(readFormatted('Here:\n```json\n{ "n": 1 }\n```', format), { json: '{"n":1}' })
  assert.deepEqual(readFormatted('No.', format), { faults: ['there is no JSON object in the answer'] })
  const wrong = readFormatted('{"n": 1.5, "x": 1}', format)
  assert.ok('faults' in wrong && wrong.faults.length === 2)
  assert.deepEqual(readFormatted('{"anything": [1]}', formatOf({ type: 'json_object' })), { json: '{"anything":[1]}' })
})

test('schemas of every kind are checked to the letter', () => {
  const isValid = (schema: object, value: object): boolean =>
    'json' in readFormatted(JSON.stringify(value), formatOf({ type: 'json_schema', schema }))
  assert.ok(!isValid({ properties: { a: { type: 'string' } } }, { a: 1 }), 'without a type')
  assert.ok(!isValid({ type: 'object', required: ['b'] }, { a: 1 }), 'a key that is required, but not described')
  assert.ok(isValid({ type: 'object', oneOf: [{ required: ['a'] }, { required: ['b'] }] }, { a: 1 }))
  assert.ok(!isValid({ type: 'object', properties: { a: { not: { type: 'string' } } } }, { a: 'x' }))
  const node = { type: 'object', properties: { next: { $ref: '#/$defs/node' }, n: { type: 'integer' } }, required: ['n'] }
  const recursive = { $schema: 'http://json-schema.org/draft-07/schema#', $defs: { node }, $ref: '#/$defs/node' }
  assert.ok(isValid(recursive, { n: 1, next: { n: 2 } }))
  assert.ok(!isValid(recursive, { n: 1, next: { n: 'two' } }))
})

test('a schema whose check would be a promise is refused, wherever it says so', () => {
  const anchor = { $dynamicAnchor: 'a', $async: true, type: 'string' }
  const schemas = [{ $async: true, required: ['b'] }, { $async: {} }, { $defs: { anchor }, properties: { a: { $dynamicRef: '#a' } } }]
  for (const schema of schemas)
    assert.deepEqual(answerFormat({ type: 'json_schema', schema }, 'p'), {
      param: 'p.schema',
      message: 'cannot be checked: "$async" is no word of JSON Schema; leave it out',
    })
})

test('a pattern that takes too long is given up, and the schema is at fault, not the answer', () => {
  const format = formatOf({ type: 'json_schema', schema: { properties: { a: { pattern: '^(a+)+$' } } } })
  const answer = JSON.stringify({ a: `${'a'.repeat(32)}!` })
  assert.throws(() => readFormatted(answer, format), /^ProxyFault: response_format.schema: cannot be checked: the answer/)
})

test('a repair tells every fault, and the old answer where the conversation cannot go on', () => {
  const form = answerForm(formatOf({ type: 'json_object' }), undefined)
  assert.ok(form)
  assert.match(repairPrompt(['a is missing', 'b is wrong'], form), /- a is missing\n- b is wrong/)
  assert.ok(repairPrompt(['a'], form, 'old').startsWith('old\n\n'))
})
