import assert from 'node:assert/strict'
import { test } from 'node:test'
import { plain } from '../../../functions/threads/plain-words.ts'

test('what others wrote calls nobody and formats nothing in a chat', () => {
  assert.equal(plain('@everyone, <!channel> **now** [a](b)'), '@\u200beveryone, <\u200b!channel> *\u200b*now*\u200b* [a]\u200b(b)')
})

test('what would turn the direction of reading in a chat, or draws nothing, is written out', () => {
  assert.equal(plain('delete \u202e(lla)\u202c \u0007files\u2066'), 'delete \\u{202E}(lla)\\u{202C} \\u{7}files\\u{2066}')
})
