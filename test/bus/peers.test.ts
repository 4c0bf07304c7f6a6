import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compareVersions, differences, isNewer, type Peer, whyStandby } from '../../bus/peers.ts'

const peer = (more: Partial<Peer> = {}): Peer => ({
  ...{ id: 'a', version: '1.0.0', since: 1, turn: 1, active: true, hears: { scan: ['review.approved'] }, holds: [] },
  ...more,
})
const changed = { scan: ['review.checked'] }

test('versions are compared by their numbers', () => {
  assert.ok(compareVersions('0.10.0', '0.9.0') > 0)
  assert.ok(compareVersions('0.9.9', '1.0.0') < 0)
  assert.equal(compareVersions('1.2.3', '1.2.3'), 0)
})

test('of two versions the higher one is newer, whenever it started', () => {
  const [higher, lower] = [peer({ version: '1.1.0', since: 1 }), peer({ version: '1.0.9', since: 2 })]
  assert.ok(isNewer(higher, lower))
  assert.ok(!isNewer(lower, higher))
})

test('replicas of one program are neither newer nor older', () => {
  assert.ok(!isNewer(peer({ since: 2 }), peer()))
  assert.ok(!isNewer(peer(), peer({ since: 2 })))
})

test('within one version the later start is newer, if its functions hear something else', () => {
  const later = peer({ id: 'b', since: 2, hears: changed })
  assert.ok(isNewer(later, peer()))
  assert.ok(!isNewer(peer(), later))
  const [one, other] = [peer({ hears: changed }), peer({ id: 'b' })]
  assert.notEqual(isNewer(one, other), isNewer(other, one), 'also when both started in the same millisecond')
})

test('functions that only one of them has are no difference, nor is their order', () => {
  assert.deepEqual(differences(peer({ hears: { scan: ['a.b', 'c.d'] } }), peer({ hears: { scan: ['c.d', 'a.b'], more: ['e.f'] } })), [])
  assert.deepEqual(differences(peer(), peer({ hears: changed })), ['scan'])
})

test('who stands by says for whom, which functions hear something else there, and what ends it', () => {
  const sentence = whyStandby(peer(), peer({ version: '1.1.0', hears: changed }))
  assert.match(
    sentence,
    /^cortex 1\.1\.0 is at work \(other facts are heard there by scan\): this one is 1\.0\.0; .* goes on when that one is gone$/,
  )
  assert.match(whyStandby(peer(), peer({ since: 2, hears: changed })), /^a later start of cortex 1\.0\.0 with other functions is at work/)
})
