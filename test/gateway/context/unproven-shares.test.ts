import assert from 'node:assert/strict'
import { test } from 'node:test'
import { UNKNOWN } from '../../../bus/shares.ts'
import { type StoredFor, whyOver } from '../../../gateway/context/unproven-shares.ts'

const stored = (count: number, sender: string): StoredFor[] => Array.from({ length: count }, (_, n) => ({ sender, sequence: n + 1 }))

test('a connection may have 200 requests undecided', () => {
  assert.equal(whyOver('one', stored(199, 'one')), undefined)
  assert.match(whyOver('one', stored(200, 'one')) ?? '', /^this connection has 200 requests undecided already; nothing was stored/)
  assert.equal(whyOver('other', stored(200, 'one')), undefined)
})

test('all together may have 1,000, known or not', () => {
  assert.equal(whyOver(UNKNOWN, stored(999, UNKNOWN)), undefined)
  assert.match(whyOver(UNKNOWN, stored(1000, UNKNOWN)) ?? '', /callers without a login have 1000 requests undecided/)
  assert.match(whyOver('new', stored(1000, UNKNOWN)) ?? '', /nothing was stored/)
})
