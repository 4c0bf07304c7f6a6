import assert from 'node:assert/strict'
import { test } from 'node:test'
import { driftInWords } from '../../../domain/words/notes.ts'
import { driftOf } from '../../../functions/execution/drift.ts'

test('a change of the very files that its plan names has no drift, however they are written', () => {
  assert.equal(driftOf(['./src/cart.js', 'docs/', 'test'], ['src/cart.js', 'docs/a.md', 'test/x/cart.test.js']), undefined)
})

test('files beside the plan, and files that were named in vain, are told apart', () => {
  assert.deepEqual(driftOf(['src/cart.js', 'src/tax.js'], ['src/cart.js', 'src/cart.json', 'package.json']), {
    beside: ['src/cart.json', 'package.json'],
    untouched: ['src/tax.js'],
  })
})

test('a long drift is cut for the message, and for people', () => {
  const drift = driftOf(
    [],
    Array.from({ length: 600 }, (_, n) => `${'folder/'.repeat(20)}${n}.ts`),
  )!
  assert.ok(JSON.stringify(drift).length < 8000)
  const words = driftInWords({ beside: Array.from({ length: 14 }, (_, n) => `${n}.js`), untouched: [] })
  assert.deepEqual(words, [
    'changed beside the plan: 0.js, 1.js, 2.js, 3.js, 4.js, 5.js, 6.js, 7.js, 8.js, 9.js, 10.js, 11.js and 2 more files',
  ])
})
