import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseMarkdown } from 'chat'
import { messageText } from '../../../../gateway/surfaces/chat/message-text.ts'

const read = (markdown: string): string => messageText(parseMarkdown(markdown))

test('lists keep their marks, line by line', () => {
  assert.equal(read('do:\n\n- a\n- b'), 'do:\n- a\n- b')
  assert.equal(read('2. a\n3. b'), '2. a\n3. b')
})
test('a list in a list stands deeper', () => assert.equal(read('- a\n  - b\n- c'), '- a\n  - b\n- c'))
test('formatting is not a part of the words, but for code', () => assert.equal(read('**fix** the `cart` _now_'), 'fix the `cart` now'))
test('a link keeps its address', () => {
  assert.equal(read('see [the issue](https://example.org/1)'), 'see the issue (https://example.org/1)')
  assert.equal(read('see <https://example.org/1>'), 'see https://example.org/1')
})
test('code keeps its lines', () => assert.equal(read('fix\n\n```\na\n  b\n```'), 'fix\n```\na\n  b\n```'))
test('lines of a paragraph stay lines', () => assert.equal(read('a\nb'), 'a\nb'))
