import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scriptFor } from '../../simulator/script.ts'

test('an empty script is a whole one, by its defaults', () => {
  const script = scriptFor('hello', {})
  assert.deepEqual([script.thinking.ms, script.actionBar.missing, script.stuck], [1_500, false, false])
})

test('a directive in the prompt is laid over the script', () => {
  const script = scriptFor('please [[simulator {"stuck":true,"thinking":{"ms":9}}]] go', { answer: 'kept' })
  assert.deepEqual([script.stuck, script.thinking.ms, script.answer], [true, 9, 'kept'])
})

test('a field that does not exist is an error, in a script and in a directive', () => {
  assert.throws(() => scriptFor('[[simulator {"stuk":true}]]', {}), /stuk/)
  assert.throws(() => scriptFor('[[simulator {no json}]]', {}), SyntaxError)
})
