import assert from 'node:assert/strict'
import { test } from 'node:test'
import { capText } from '../../../infra/processes/capped-text.ts'
import { createLineSplitter } from '../../../infra/processes/lines.ts'

test('output within the limit is whole; beyond it the middle is cut and counted', () => {
  assert.equal(capText('abcdef', 6), 'abcdef')
  assert.equal(capText('abcdefgh', 4), 'ab\n[... 4 bytes cut ...]\ngh')
  const long = 'x'.repeat(400_000)
  assert.equal(capText(`first${long}last`, 20).startsWith('firstxxxxx\n[... 399989 bytes'), true)
  assert.equal(capText(`first${long}last`, 20).endsWith('xxxxxxlast'), true)
})

test('lines are put together over chunks, also within a character, and a long one is cut', () => {
  const lines: string[] = []
  const splitter = createLineSplitter((line) => lines.push(line), 5)
  const bytes = Buffer.from('aé\r\nlong line here\nend')
  for (const byte of bytes) splitter.add(Buffer.from([byte]))
  splitter.end()
  assert.deepEqual(lines, ['aé', 'long ', 'end'])
})
