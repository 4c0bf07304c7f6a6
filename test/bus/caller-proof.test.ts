import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CallerHeaders, type CallerProof, callerHeaders, proofsOf, whyNotShown } from '../../bus/caller-proof.ts'

const identity = { secret: 'a secret', by: 'ann', channel: 'cli' }
const asked = { subject: 'cortex.task.approve', body: '{"id":"a"}' }
const at = new Date('2026-01-01T10:00:00Z')
const headers = callerHeaders(identity, asked, at)
const reading = (all: Record<string, string>) => (name: string) => all[name] ?? ''
const looked = (all: Record<string, string>, { request = asked, secret = identity.secret, laterMs = 0 } = {}) =>
  proofsOf(secret, () => at.getTime() + laterMs)(request, reading(all))

test('who knows the secret is believed, for as long as a request may be under way', () => {
  for (const laterMs of [0, 100_000, -100_000]) assert.deepEqual(looked(headers, { laterMs }), { kind: 'shown' })
  for (const ms of [130_000, -130_000]) assert.deepEqual(looked(headers, { laterMs: ms }), { kind: 'stale', ms })
})

test('a proof is for its request and its caller alone', () => {
  const wrong = { kind: 'wrong' }
  assert.deepEqual(looked(headers, { request: { ...asked, subject: 'cortex.task.reject' } }), wrong)
  assert.deepEqual(looked(headers, { request: { ...asked, body: '{"id":"b"}' } }), wrong)
  assert.deepEqual(looked(headers, { secret: 'another' }), wrong)
  for (const name of ['proof', 'once', 'by', 'channel'] as const)
    assert.deepEqual(looked({ ...headers, [CallerHeaders[name]]: 'other' }), wrong, name)
  assert.deepEqual(looked({ ...headers, [CallerHeaders.at]: new Date(at.getTime() + 1).toISOString() }), wrong)
})

test('the same request does not count twice, another one with the same words does', () => {
  const proofIn = proofsOf(identity.secret, () => at.getTime())
  assert.deepEqual(proofIn(asked, reading(headers)), { kind: 'shown' })
  assert.deepEqual(proofIn(asked, reading(headers)), { kind: 'again' })
  assert.deepEqual(proofIn(asked, reading(callerHeaders(identity, asked, at))), { kind: 'shown' })
})

test('who shows nothing, sends the secret itself as older versions do, or shows it in a form that is not known, is told apart', () => {
  const { proof, by, at: madeAt } = CallerHeaders
  assert.deepEqual(looked({ [by]: 'ann' }), { kind: 'absent' })
  assert.deepEqual(looked({ [by]: 'ann', [proof]: identity.secret }), { kind: 'secret' })
  assert.deepEqual(looked({ [by]: 'ann', [proof]: 'v9 something' }), { kind: 'unknown' })
  assert.deepEqual(looked({ ...headers, [madeAt]: 'other' }), { kind: 'unknown' })
})

const wrongs: readonly [proof: CallerProof, words: RegExp][] = [
  [{ kind: 'stale', ms: 150_400 }, /^the clock of who asks is 150 s behind that of the running system, .* 120 s: set both clocks right/],
  [{ kind: 'stale', ms: -3_600_000 }, /is 3600 s ahead of that/],
  [{ kind: 'secret' }, /an older version, .*: update it to 1\.2\.3/],
  [{ kind: 'unknown' }, /\(1\.2\.3\) does not know: .* update the older one/],
  [{ kind: 'wrong' }, /another secret .*--data/],
  [{ kind: 'again' }, /ask anew/],
]
for (const [proof, words] of wrongs)
  test(`why a proof that is ${'ms' in proof ? `${proof.ms} ms old` : proof.kind} does not count is said in words, with what to do`, () =>
    assert.match(whyNotShown(proof, '1.2.3') ?? '', words))

test('nothing is said of a proof that counts, or of none', () => {
  assert.equal(whyNotShown({ kind: 'shown' }, '1.2.3'), undefined)
  assert.equal(whyNotShown({ kind: 'absent' }, '1.2.3'), undefined)
})
