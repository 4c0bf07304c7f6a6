import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nearest, subjectOf } from '../../../../infra/yardstick/canaries/nearest.ts'

test('a file and its tests are about the same by their names', () => {
  for (const file of ['src/add.js', 'test/add.test.js', 'add_test.go', 'test_add.py', 'AddTest.java', 'spec/add_spec.rb', 'AddTests.cs'])
    assert.equal(subjectOf(file), 'add', file)
})

test('of tests those come first that are about what changed, then those that speak of it, then those that lie near', () => {
  const tests = ['test/far.test.js', 'packages/shop/test/near.test.js', 'test/speaks.test.js', 'test/cart.test.js']
  assert.deepEqual(nearest(tests, ['packages/shop/src/cart.js'], new Set(['test/speaks.test.js'])), [
    'test/cart.test.js',
    'test/speaks.test.js',
    'packages/shop/test/near.test.js',
    'test/far.test.js',
  ])
})
