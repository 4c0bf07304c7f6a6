import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sinceWhen } from '../../../infra/app/open-seal.ts'

test('what was stored before the first start with seals is taken as it is, and nothing after it', () => {
  const first = sinceWhen(undefined, { sequence: 40, key: 'a' })
  assert.deepEqual(first, { sequence: 40, key: 'a' })
  assert.equal(sinceWhen(first, { sequence: 900, key: 'a' }), first)
})

test('with another key it begins anew, so that nothing is lost', () =>
  assert.deepEqual(sinceWhen({ sequence: 40, key: 'a' }, { sequence: 900, key: 'b' }), { sequence: 900, key: 'b' }))

test('a store that was made anew has nothing of before', () =>
  assert.deepEqual(sinceWhen({ sequence: 40, key: 'a' }, { sequence: 3, key: 'a' }), { sequence: 0, key: 'a' }))
