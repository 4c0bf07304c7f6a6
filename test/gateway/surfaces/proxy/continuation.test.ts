import assert from 'node:assert/strict'
import { test } from 'node:test'
import { continuation } from '../../../../gateway/surfaces/proxy/continuation.ts'
import { liveText } from '../../../../gateway/surfaces/proxy/live-text.ts'

test('what begins with what was shown goes on behind it', () => {
  assert.equal(continuation('', 'One.\n\nTwo.'), 'One.\n\nTwo.')
  assert.equal(continuation('One.', 'One.\n\nTwo.'), '\n\nTwo.')
  assert.equal(continuation('One.\n', 'One.\n\nTwo.'), '\nTwo.')
  assert.equal(continuation('One.', 'One.'), '')
})

test('white space that differs is no other text', () => {
  assert.equal(continuation('One.\n\n\nTwo.\n\n', 'One.\n\nTwo.\n\nThree.'), 'Three.')
  assert.equal(continuation('# Title\nOne.', '# Title\n\nOne.\n\nTwo.'), '\n\nTwo.')
  assert.equal(continuation('One.\n\n', 'One.\n  - two'), '  - two')
  assert.equal(continuation('\nOne.\n', 'One.'), '')
})

test('other marks of lists, emphasis and escapes are no other text', () => {
  assert.equal(continuation('*   a\n*   b', '- a\n- b\n- c'), '\n- c')
  assert.equal(continuation('an _old_ snake\\_case', 'an *old* snake_case word'), ' word')
  assert.equal(continuation('1\\. one', '1. one\n2. two'), '\n2. two')
})

test('code in fences is taken by the letter', () => {
  const code = '```py\nif a:\n    b\n```\n'
  assert.equal(continuation(code, `${code}\nDone.`), '\nDone.')
  assert.equal(continuation('```py\nif a:\n  b\n```\n', `${code}\nDone.`), undefined)
  assert.equal(continuation('Text\n\n\n```py\nif a:\n    b\n```', `Text\n\n${code}`), '\n')
  assert.equal(continuation('```\na_b\n```', '```\na*b\n```\nmore'), undefined)
  assert.equal(continuation('~~~~\n```\na  b\n~~~~\nx', '~~~~\n```\na b\n~~~~\nx'), undefined)
})

test('another text has no continuation', () => {
  assert.equal(continuation('One.', 'Two.'), undefined)
  assert.equal(continuation('One. Two.', 'One.'), undefined)
  assert.equal(continuation('One ', 'Onerous'), undefined)
  assert.equal(continuation('a - b', 'a + b'), undefined)
})

test('a stream shows each new piece once, holds back what changed, and ends with the rest', () => {
  const pieces: string[] = []
  const live = liveText((delta) => pieces.push(delta))
  live.partial('One.')
  live.partial('One.')
  live.partial('One.\n\nTwo.')
  live.partial('Another.')
  live.finish('One.\n\nTwo.\n\nThree.', 'job-1')
  assert.deepEqual(pieces, ['One.', '\n\nTwo.', '\n\nThree.'])
  assert.equal(live.shown(), 'One.\n\nTwo.\n\nThree.')
})

test('a stream that showed something else says so and where the whole answer is', () => {
  const live = liveText(() => undefined)
  live.partial('One.')
  assert.throws(() => live.finish('Two.', 'job-7'), { name: 'ProxyFault', message: /\/async\/result\/job-7/ })
})
