import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fingerprintOf, NOTHING_BEFORE, sealBy } from '../../../bus/seal.ts'
import { beforeOf, sealStandingOf } from '../../../infra/app/open-seal.ts'

const store = { noted: undefined, mark: undefined, key: 'a', last: 900, takenOver: undefined }
const noted = { sequence: 40, key: fingerprintOf('a') }
const theirs = fingerprintOf('b')

test('a store without seals is taken as it is at the first start, and what comes after must bear the seal from then on', () => {
  assert.deepEqual(sealStandingOf(store), { kind: 'first' })
  assert.deepEqual(sealStandingOf({ ...store, noted }), { kind: 'known', since: 40 })
})

test('a data folder that has the same key learns since when everything is sealed from the mark, which nobody makes without the key', () => {
  const { mark } = sealBy('a', 30)
  assert.deepEqual(sealStandingOf({ ...store, mark }), { kind: 'known', since: 30 })
  assert.deepEqual(sealStandingOf({ ...store, mark, noted }), { kind: 'known', since: 40 })
  assert.deepEqual(sealStandingOf({ ...store, mark: mark.replace(' 30 ', ' 800 ') }), { kind: 'known', since: 0 })
})

test('a store that was made anew has nothing of before', () =>
  assert.deepEqual(sealStandingOf({ ...store, noted, last: 3 }), { kind: 'known', since: 0 }))

test("facts with another system's seal are nobody's but by his word who names that seal", () => {
  const { mark } = sealBy('b', 30)
  assert.deepEqual(sealStandingOf({ ...store, mark }), { kind: 'others', theirs })
  assert.deepEqual(sealStandingOf({ ...store, mark, noted }), { kind: 'others', theirs })
  assert.deepEqual(sealStandingOf({ ...store, mark, noted, takenOver: 'yes' }), { kind: 'others', theirs })
  assert.deepEqual(sealStandingOf({ ...store, mark, noted, takenOver: theirs }), { kind: 'first' })
})

test('another key than before begins nothing anew by itself, also where the mark was taken away', () =>
  assert.deepEqual(sealStandingOf({ ...store, noted: { sequence: 40, key: theirs } }), { kind: 'others', theirs }))

const before = { door: { sequence: 7, time: 700 }, dead: { sequence: 2, time: 200 } }
const mark = sealBy('a', 30, before).markOfBefore

test('what lay at the door before its requests were sealed is what the data folder noted, else what the mark says that nobody makes without the key', () => {
  const others = { door: { sequence: 9, time: 900 }, dead: before.dead }
  assert.deepEqual(beforeOf({ noted: { ...noted, before: others }, mark, key: 'a' }), { before: others })
  assert.deepEqual(beforeOf({ noted, mark, key: 'a' }), { before })
  assert.deepEqual(beforeOf({ noted: { ...noted, key: theirs, before: others }, mark, key: 'a' }), { before })
  assert.deepEqual(beforeOf({ noted: { ...noted, before: NOTHING_BEFORE }, mark, key: 'a' }), { before }, 'the mark tells again')
})

const garbled = mark.replace('7 700', '8 700')

test('a mark that is gone or that another wrote makes nothing of before, but what the folder itself has noted holds, and the log tells', () => {
  for (const noMark of [undefined, '', 'x', garbled])
    for (const none of [undefined, { ...noted, key: theirs, before }]) {
      const { before: taken, doubt } = beforeOf({ noted: none, mark: noMark, key: 'a' })
      assert.deepEqual(taken, NOTHING_BEFORE)
      assert.match(doubt ?? '', /nothing .* counts as of before/)
    }
  const held = beforeOf({ noted: { ...noted, before }, mark: garbled, key: 'a' })
  assert.deepEqual(held.before, before)
  assert.match(held.doubt ?? '', /is written there again/)
})

test('a folder that sealed facts alone until now is the one that looks what lies there, while the mark does not tell', () => {
  for (const noMark of [undefined, garbled]) assert.deepEqual(beforeOf({ noted, mark: noMark, key: 'a' }), { before: undefined })
})

test('a mark that was spoiled is mended by who knows what was before, and left alone by who does not', () => {
  const knows = sealBy('a', 30, before)
  for (const noMark of [undefined, 'x', garbled]) {
    assert.equal(knows.mendedMarkOfBefore(noMark), mark)
    assert.equal(sealBy('a', 30).mendedMarkOfBefore(noMark), undefined)
  }
  for (const seal of [sealBy('a', 30), sealBy('a', 30, { ...before, door: before.dead })]) assert.equal(seal.mendedMarkOfBefore(mark), mark)
})

test('only what the stream had then is of before, and nothing of one that was made anew', () => {
  const { wasThere } = sealBy('a', 30, before)
  const at = (ms: number) => new Date(ms).toISOString()
  assert.equal(wasThere('door', { sequence: 7, time: at(700) }), true)
  assert.equal(wasThere('door', { sequence: 8, time: at(700) }), false)
  assert.equal(wasThere('door', { sequence: 1, time: at(701) }), false)
  assert.equal(wasThere('dead', { sequence: 3, time: at(100) }), false)
  assert.equal(sealBy('a', 30).wasThere('door', { sequence: 1, time: at(1) }), false)
})
