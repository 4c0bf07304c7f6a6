import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loginIn, withoutLogins } from '../../bus/jetstream/connect.ts'

test('the login that an address carries is used, and is in no address any more', () => {
  assert.deepEqual(loginIn('nats://cortex:s%40cret:x@host:4222'), { servers: ['nats://host:4222'], user: 'cortex', pass: 's@cret:x' })
  assert.deepEqual(loginIn('cortex:secret@host'), { servers: ['host'], user: 'cortex', pass: 'secret' })
})

test('a name alone is a token', () => assert.deepEqual(loginIn('nats://abc@host'), { servers: ['nats://host'], token: 'abc' }))

test('of several servers each is tried with the first login', () =>
  assert.deepEqual(loginIn('nats://one:1, nats://u:p@two:2'), { servers: ['nats://one:1', 'nats://two:2'], user: 'u', pass: 'p' }))

test('an address without a login stays as it is', () => assert.deepEqual(loginIn('nats://host:4222'), { servers: ['nats://host:4222'] }))

test('no address that is shown has a login, however many there are', () =>
  assert.equal(withoutLogins('nats://u:p@one:1,tls://v:q@two:2,w:r@three'), 'nats://one:1,tls://two:2,three'))
