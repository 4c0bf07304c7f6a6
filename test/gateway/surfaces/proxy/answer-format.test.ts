import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answerForm, repairPrompt } from '../../../../gateway/surfaces/proxy/answer-form.ts'
import { type AnswerFormat, answerFormat, formatInstruction, readFormatted } from '../../../../gateway/surfaces/proxy/answer-format.ts'
import { schemaFaults } from '../../../../gateway/surfaces/proxy/schema-check.ts'

const schema = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'], additionalProperties: false }
const formatOf = async (wish: unknown): Promise<AnswerFormat> => {
  const format = await answerFormat(wish, 'response_format')
  if (!format || 'message' in format) assert.fail('this is a format')
  return format
}

test('plain text needs no form', async () => {
  assert.equal(await answerFormat(undefined, 'p'), undefined)
  assert.equal(await answerFormat({ type: 'text' }, 'p'), undefined)
})

test('a wish that is not understood, or a schema that cannot be checked, is a fault', async () => {
  assert.deepEqual(Object.keys((await answerFormat({ type: 'xml' }, 'p')) ?? {}), ['param', 'message'])
  assert.equal(((await answerFormat({ type: 'json_schema' }, 'p')) as { param: string }).param, 'p.schema')
  assert.match(
    ((await answerFormat({ type: 'json_schema', schema: { type: 'thing' } }, 'p')) as { message: string }).message,
    /cannot be checked/,
  )
})

test('the prompt tells the schema', async () => {
  assert.ok(formatInstruction(await formatOf({ type: 'json_schema', schema })).includes(JSON.stringify(schema)))
})

test('JSON is found in an answer and checked', async () => {
  const format = await formatOf({ type: 'json_schema', schema })
  assert.deepEqual(await readFormatted('Here:\n```json\n{ "n": 1 }\n```', format), { json: '{"n":1}' })
  assert.deepEqual(await readFormatted('No.', format), { faults: ['there is no JSON object in the answer'] })
  const wrong = await readFormatted('{"n": 1.5, "x": 1}', format)
  assert.ok('faults' in wrong && wrong.faults.length === 2)
  assert.deepEqual(await readFormatted('{"anything": [1]}', await formatOf({ type: 'json_object' })), { json: '{"anything":[1]}' })
})

test('schemas of every kind are checked to the letter', async () => {
  const isValid = async (schema: object, value: object): Promise<boolean> =>
    'json' in (await readFormatted(JSON.stringify(value), await formatOf({ type: 'json_schema', schema })))
  const isInvalid = async (schema: object, value: object): Promise<boolean> => !(await isValid(schema, value))
  assert.ok(await isInvalid({ properties: { a: { type: 'string' } } }, { a: 1 }), 'without a type')
  assert.ok(await isInvalid({ type: 'object', required: ['b'] }, { a: 1 }), 'a key that is required, but not described')
  assert.ok(await isValid({ type: 'object', oneOf: [{ required: ['a'] }, { required: ['b'] }] }, { a: 1 }))
  assert.ok(await isInvalid({ type: 'object', properties: { a: { not: { type: 'string' } } } }, { a: 'x' }))
  const node = { type: 'object', properties: { next: { $ref: '#/$defs/node' }, n: { type: 'integer' } }, required: ['n'] }
  const recursive = { $schema: 'http://json-schema.org/draft-07/schema#', $defs: { node }, $ref: '#/$defs/node' }
  assert.ok(await isValid(recursive, { n: 1, next: { n: 2 } }))
  assert.ok(await isInvalid(recursive, { n: 1, next: { n: 'two' } }))
})

test('a schema whose check would be a promise is refused, wherever it says so', async () => {
  const anchor = { $dynamicAnchor: 'a', $async: true, type: 'string' }
  const schemas = [{ $async: true, required: ['b'] }, { $async: {} }, { $defs: { anchor }, properties: { a: { $dynamicRef: '#a' } } }]
  for (const schema of schemas)
    assert.deepEqual(await answerFormat({ type: 'json_schema', schema }, 'p'), {
      param: 'p.schema',
      message: 'cannot be checked: "$async" is no word of JSON Schema; leave it out',
    })
})

test('many schemas are read in one go, and one with an id is found by no other', async () => {
  const own = { $id: 'https://a.example/n', type: 'object', properties: { n: { $ref: '#/$defs/n' } }, $defs: { n: { type: 'integer' } } }
  const many = Array.from({ length: 300 }, (_, n) => ({ ...schema, properties: { n: { type: 'integer', maximum: n } } }))
  assert.deepEqual([...new Set(await schemaFaults([...many, own, own], 'tools'))], [''])
  assert.match((await schemaFaults([{ $ref: 'https://a.example/n' }], 'tools')).join(), /can't resolve reference/)
  const format = await formatOf({ type: 'json_schema', schema: own })
  for (const text of ['{"n":1}', '{"n":"x"}']) assert.equal('json' in (await readFormatted(text, format)), text === '{"n":1}')
})

test('a repair tells every fault, and the old answer where the conversation cannot go on', async () => {
  const form = answerForm(await formatOf({ type: 'json_object' }), undefined)
  assert.ok(form)
  assert.match(repairPrompt(['a is missing', 'b is wrong'], form), /- a is missing\n- b is wrong/)
  assert.ok(repairPrompt(['a'], form, 'old').startsWith('old\n\n'))
})
