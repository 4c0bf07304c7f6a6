import assert from 'node:assert/strict'
import { test } from 'node:test'
import { wholeText } from '../../gateway/whole-text.ts'

const pieces = (size: number, length: number) => async (offset: number) => {
  const next = offset + size < length ? offset + size : undefined
  return { name: `from ${offset}`, text: 'x'.repeat(Math.min(size, length - offset)), next }
}

test('all pieces make the text, and the answer of the first is at hand', async () => {
  const { first, text } = await wholeText(pieces(4, 10))
  assert.equal(text, 'x'.repeat(10))
  assert.equal(first.name, 'from 0')
})

test('a text without an end is cut with a sentence that says so', async () => {
  const { text } = await wholeText(pieces(500_000, Number.POSITIVE_INFINITY), 2_000_000)
  assert.ok(text.length < 2_600_000)
  assert.match(text, /cut here: it is longer than 2000000 characters/)
})
