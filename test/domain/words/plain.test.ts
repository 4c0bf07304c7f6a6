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

const nothings = [0x3164, 0xffa0, 0x115f, 0x1160, 0x2800, 0x34f, 0x180b, 0x17b4, 0xfe00, 0xfe0f, 0xe0101, 0xe0041, 0x200b, 0xad]
for (const code of nothings)
  test(`U+${code.toString(16).toUpperCase()} draws nothing and is written out, for the reviewer and for people`, () => {
    const text = `a${String.fromCodePoint(code)}b`
    const shown = `a\\u{${code.toString(16).toUpperCase()}}b`
    assert.deepEqual([visible(text), plain(text)], [shown, shown])
  })

test('a blank of another kind is written out in code, and is a blank in words', () => {
  assert.equal(visible('a\u00a0b\u3000c d'), 'a\\u{A0}b\\u{3000}c d')
  assert.equal(plain('10\u00a0% \u6771\u3000\u4eac'), '10\u00a0% \u6771\u3000\u4eac')
})

test('a pictogram or a key in colour stays as it is; more of the sign that colours them does not', () => {
  const drawn = '\u26a0\ufe0f \u2764\ufe0f 1\ufe0f\u20e3'
  assert.deepEqual([visible(drawn), plain(drawn)], [drawn, drawn])
  assert.equal(visible('\u26a0\ufe0f\ufe0f a1\ufe0f'), '\u26a0\ufe0f\\u{FE0F} a1\\u{FE0F}')
})

test('words of any script stay as they are', () => {
  const words = '\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645 \u0915\u094d\u200d\u0937 \ud55c\uad6d\uc5b4 Stra\u00dfe e\u0301'
  assert.equal(plain(words), words)
})
