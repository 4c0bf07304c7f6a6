import assert from 'node:assert/strict'
import { test } from 'node:test'
import { livePieces } from '../../../browser-worker/job/live-pieces.ts'
import { assemblePartial } from '../../../gateway/jobs/partial.ts'

test('only what is new of a growing text is told', () => {
  const pieces = livePieces()
  assert.deepEqual(pieces('one'), [{ at: 0, text: 'one' }])
  assert.deepEqual(pieces('one two'), [{ at: 3, text: ' two' }])
  assert.deepEqual(pieces('one two'), [])
})

test('a text that does not go on from the one before begins again', () => {
  const pieces = livePieces()
  pieces('one')
  assert.deepEqual(pieces('ONE two'), [{ at: 0, text: 'ONE two' }])
})

test('whatever is written, every piece fits into a live line', () => {
  const pieces = livePieces()('\u0000"\\\n€😀'.repeat(2000))
  for (const piece of pieces) assert.ok(JSON.stringify(piece).length <= 4000, `${JSON.stringify(piece).length}`)
})

test('who puts the pieces together has the whole text at every moment', () => {
  const [pieces, assemble] = [livePieces(), assemblePartial()]
  for (const whole of ['# Title', `# Title\n${'a'.repeat(5000)}`, `# Title\n${'a'.repeat(5000)} 😀`, 'another one']) {
    const told = pieces(whole).map((piece) => assemble(JSON.stringify(piece)))
    assert.equal(told.at(-1), whole)
  }
})
