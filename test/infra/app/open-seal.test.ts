import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fingerprintOf, sealBy } from '../../../bus/seal.ts'
import { standingOf } from '../../../infra/app/open-seal.ts'

const store = { noted: undefined, mark: undefined, key: 'a', last: 900, takenOver: undefined }
const noted = { sequence: 40, key: fingerprintOf('a') }
const theirs = fingerprintOf('b')

test('a store without seals is taken as it is at the first start, and what comes after must bear the seal from then on', () => {
  assert.deepEqual(standingOf(store), { kind: 'first' })
  assert.deepEqual(standingOf({ ...store, noted }), { kind: 'known', since: 40 })
})

test('a data folder that has the same key learns since when everything is sealed from the mark, which nobody makes without the key', () => {
  const { mark } = sealBy('a', 30)
  assert.deepEqual(standingOf({ ...store, mark }), { kind: 'known', since: 30 })
  assert.deepEqual(standingOf({ ...store, mark, noted }), { kind: 'known', since: 40 })
  assert.deepEqual(standingOf({ ...store, mark: mark.replace(' 30 ', ' 800 ') }), { kind: 'known', since: 0 })
})

test('a store that was made anew has nothing of before', () =>
  assert.deepEqual(standingOf({ ...store, noted, last: 3 }), { kind: 'known', since: 0 }))

test("facts with another system's seal are nobody's but by his word who names that seal", () => {
  const { mark } = sealBy('b', 30)
  assert.deepEqual(standingOf({ ...store, mark }), { kind: 'others', theirs })
  assert.deepEqual(standingOf({ ...store, mark, noted }), { kind: 'others', theirs })
  assert.deepEqual(standingOf({ ...store, mark, noted, takenOver: 'yes' }), { kind: 'others', theirs })
  assert.deepEqual(standingOf({ ...store, mark, noted, takenOver: theirs }), { kind: 'first' })
})

test('another key than before begins nothing anew by itself, also where the mark was taken away', () =>
  assert.deepEqual(standingOf({ ...store, noted: { sequence: 40, key: theirs } }), { kind: 'others', theirs }))
