import assert from 'node:assert/strict'
import { test } from 'node:test'
import { typedLength } from '../../../browser-worker/page/in-page/typed-into.ts'

const email = { text: 'me@example.com', given: 'me@example.com', hasFocus: false }
const code = { text: ' 123 ', given: '', hasFocus: false }

test('what the page gave its fields itself is typed by nobody, what differs from it is', () => {
  assert.deepEqual([typedLength([]), typedLength([email]), typedLength([email, code])], [0, 0, 3])
})

test('where somebody is in a field, each text counts: libraries note what is typed as the default at once', () => {
  const password = { text: '', given: '', hasFocus: true }
  assert.deepEqual([typedLength([password]), typedLength([email, password])], [0, 14])
})
