import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assemblePartial } from '../../../gateway/jobs/partial.ts'

const piece = (at: number, text: string): string => JSON.stringify({ at, text })

test('every piece gives the whole so far', () => {
  const assemble = assemblePartial()
  assert.deepEqual([assemble(piece(0, 'one')), assemble(piece(3, ' two'))], ['one', 'one two'])
})

test('a piece that begins earlier takes the place of what was there', () => {
  const assemble = assemblePartial()
  assemble(piece(0, 'one two'))
  assert.deepEqual([assemble(piece(4, '2')), assemble(piece(0, 'new'))], ['one 2', 'new'])
})

test('after a lost piece nothing is told until one fits again', () => {
  const assemble = assemblePartial()
  assemble(piece(0, 'one'))
  assert.equal(assemble(piece(9, 'later')), undefined)
  assert.equal(assemble(piece(3, ' two')), 'one two')
})

test('what is no piece is passed over', () => {
  const assemble = assemblePartial()
  for (const line of ['', 'text', '7', '{}', '{"at":-1,"text":"x"}', '{"at":0}', '{"at":0,"text":"cut of', 'null'])
    assert.equal(assemble(line), undefined, line)
})
