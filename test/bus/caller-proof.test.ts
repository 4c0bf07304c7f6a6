import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CallerHeaders, callerHeaders, proofsOf } from '../../bus/caller-proof.ts'

const identity = { secret: 'a secret', by: 'ann', channel: 'cli' }
const asked = { subject: 'cortex.task.approve', body: '{"id":"a"}' }
const at = new Date('2026-01-01T10:00:00Z')
const headers = callerHeaders(identity, asked, at)
const reading = (all: Record<string, string>) => (name: string) => all[name] ?? ''
const proves = (all: Record<string, string>, { request = asked, secret = identity.secret, laterMs = 0 } = {}): boolean =>
  proofsOf(secret, () => at.getTime() + laterMs)(request, reading(all))

test('who knows the secret is believed, for as long as a request may be under way', () => {
  assert.equal(proves(headers), true)
  assert.equal(proves(headers, { laterMs: 100_000 }), true)
  assert.equal(proves(headers, { laterMs: 130_000 }), false)
  assert.equal(proves(headers, { laterMs: -130_000 }), false)
})

test('a proof is for its request and its caller alone', () => {
  assert.equal(proves(headers, { request: { ...asked, subject: 'cortex.task.reject' } }), false)
  assert.equal(proves(headers, { request: { ...asked, body: '{"id":"b"}' } }), false)
  assert.equal(proves(headers, { secret: 'another' }), false)
  for (const name of Object.values(CallerHeaders)) assert.equal(proves({ ...headers, [name]: 'other' }), false, name)
  assert.equal(proves({}), false)
})

test('the same request does not count twice, another one with the same words does', () => {
  const isOperators = proofsOf(identity.secret, () => at.getTime())
  assert.equal(isOperators(asked, reading(headers)), true)
  assert.equal(isOperators(asked, reading(headers)), false)
  assert.equal(isOperators(asked, reading(callerHeaders(identity, asked, at))), true)
})
