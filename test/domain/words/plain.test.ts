import assert from 'node:assert/strict'
import { test } from 'node:test'
import { line, plain, visible } from '../../../domain/words/plain.ts'

test('signs that draw nothing are written out: nothing can be hidden by them', () => {
  assert.equal(
    visible('a\u202eb\u2066c\u200bd\u200de\u0000f\u2028g\rh\u001b[8mi'),
    'a\\u{202E}b\\u{2066}c\\u{200B}d\\u{200D}e\\u{0}f\\u{2028}g\\u{D}h\\u{1B}[8mi',
  )
  assert.equal(visible('lines\r\nand\ttabs\n'), 'lines\nand\ttabs\n')
})

test('words lose their colours, keep joined letters, and hide nothing either', () => {
  assert.equal(plain('\u001b[31mred\u001b[0m \u{1F468}\u200d\u{1F469} \u202e'), 'red \u{1F468}\u200d\u{1F469} \\u{202E}')
  assert.equal(line(' a\n b\u2069 '), 'a b\\u{2069}')
})
