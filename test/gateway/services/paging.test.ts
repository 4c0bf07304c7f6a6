import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pageOf } from '../../../gateway/services/paging.ts'

const whole = (text: string, maxBytes: number): string[] => {
  const pieces: string[] = []
  for (let offset: number | undefined = 0; offset !== undefined; ) {
    const page = pageOf(text, offset, maxBytes)
    assert.ok(Buffer.byteLength(JSON.stringify(page.text)) <= maxBytes)
    pieces.push(page.text)
    offset = page.next
  }
  return pieces
}

test('a short text is one piece', () => {
  assert.deepEqual(pageOf('abc', 0), { text: 'abc', offset: 0, length: 3 })
})
test('pieces put together are the text, whatever JSON makes of its characters', () => {
  for (const text of ['x'.repeat(1000), '\u0000\n"'.repeat(300), 'ä€😀'.repeat(200)]) {
    const pieces = whole(text, 100)
    assert.equal(pieces.join(''), text)
    assert.ok(pieces.length > 1)
  }
})
test('a pair of surrogates is not torn', () => {
  for (const piece of whole('a😀'.repeat(100), 51)) assert.equal(piece.isWellFormed(), true)
})
test('beyond the end there is nothing', () => {
  assert.deepEqual(pageOf('abc', 9), { text: '', offset: 3, length: 3 })
})
