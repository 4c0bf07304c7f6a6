import assert from 'node:assert/strict'
import { test } from 'node:test'
import { whyBusy } from '../../bus/at-work.ts'
import { UNKNOWN } from '../../bus/shares.ts'

const many = (count: number, of: string | undefined): (string | undefined)[] => Array.from({ length: count }, () => of)

test('one connection that proves nothing has 32 requests at work at once', () => {
  assert.equal(whyBusy('one', many(31, 'one')), undefined)
  const busy = whyBusy('one', many(32, 'one'))
  assert.deepEqual([busy?.code, busy?.fault], [429, 'this connection has 32 requests at work; wait for their answers'])
  assert.equal(whyBusy('other', many(32, 'one')), undefined)
})

test('all who prove nothing leave room for who has proved who he is', () => {
  const all = many(192, UNKNOWN)
  assert.equal(whyBusy('other', all)?.code, 503)
  assert.equal(whyBusy(UNKNOWN, all)?.code, 503)
  assert.equal(whyBusy(undefined, all), undefined)
  assert.equal(whyBusy(undefined, [...all, ...many(64, undefined)])?.code, 503)
})

test('where nobody is known, one has not the share of one alone', () => {
  assert.equal(whyBusy(UNKNOWN, many(100, UNKNOWN)), undefined)
})
