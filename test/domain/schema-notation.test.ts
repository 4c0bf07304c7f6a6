import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { Sha256, Usage } from '../../domain/catalogue/shared.ts'
import { fieldsOf, shapesOf } from '../../domain/schema-notation.ts'

const notationOf = (field: z.ZodType): string => fieldsOf(z.object({ field }))[0]?.replace(/^field\??: /, '') ?? ''

test('one of several shapes is each of them', () => {
  const place = z.discriminatedUnion('kind', [z.object({ kind: z.literal('new') }), z.object({ kind: z.literal('resume'), url: z.url() })])
  assert.equal(notationOf(place), '{ kind: "new" } | { kind: "resume", url: url }')
  assert.equal(notationOf(z.union([z.string(), z.int()])), 'string | integer')
})

test('a field that need not be given has a question mark, and its default', () =>
  assert.deepEqual(fieldsOf(z.object({ a: z.string(), b: z.int().optional(), c: z.array(z.string()).default([]) })), [
    'a: string',
    'b?: integer',
    'c?: string[] = []',
  ]))

test('several words of a list stand in brackets, names of shapes do not', () => {
  assert.equal(notationOf(z.array(z.enum(['browser', 'cli']))), '(browser | cli)[]')
  assert.equal(notationOf(z.array(z.object({ n: z.int() }))), '{ n: integer }[]')
})

test('what many events have in common stands under its name, and is told once', () => {
  const paid = z.object({ usage: Usage, plan: Sha256.optional(), rounds: z.array(Usage).default([]) })
  assert.deepEqual(fieldsOf(paid), ['usage: usage', 'plan?: sha256', 'rounds?: usage[] = []'])
  assert.deepEqual(fieldsOf(Usage), ['usage'])
  const shapes = shapesOf([paid, z.object({ n: z.int() })])
  assert.deepEqual([...shapes.keys()], ['sha256', 'usage'])
  assert.deepEqual(shapes.get('sha256'), ['string /^[0-9a-f]{64}$/'])
  assert.equal(shapes.get('usage')?.at(-1), 'costUsd?: number')
})
