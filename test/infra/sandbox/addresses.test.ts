import assert from 'node:assert/strict'
import { test } from 'node:test'
import { leadsToThisMachine } from '../../../infra/config/loopback.ts'
import { isPublicHost } from '../../../infra/sandbox/addresses.ts'

const own = ['127.0.0.1', '203.0.113.9', '2001:db8::9']

test('this machine, by any spelling, is no public host', () => {
  const spellings = [
    '127.0.0.1',
    '127.1',
    '2130706433',
    '0x7f.0.0.1',
    '0',
    '0.0.0.0',
    '::1',
    '::',
    '::ffff:127.0.0.1',
    '[::1]',
    'localhost',
  ]
  for (const host of [
    ...spellings,
    'LOCALHOST',
    'localhost.',
    'a.localhost',
    '203.0.113.9',
    '2001:db8::9',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
  ])
    assert.equal(isPublicHost(host, own), false, host)
})

test('neither are private and link-local networks, and what clouds tell their machines', () => {
  for (const host of [
    '10.0.0.1',
    '172.31.0.1',
    '192.168.1.1',
    '100.64.0.1',
    '169.254.169.254',
    '2852039166',
    '::ffff:a9fe:a9fe',
    'fe80::1',
    'fd00:ec2::254',
  ])
    assert.equal(isPublicHost(host, own), false, host)
})

test('names and addresses out there are', () => {
  for (const host of ['registry.npmjs.org', 'xn--bcher-kva.example', '198.51.100.7', '2001:db8::1'])
    assert.equal(isPublicHost(host, own), true, host)
})

test('what of a list of hosts leads to this machine is known by its text', () => {
  for (const host of [
    'localhost',
    '127.0.0.5',
    '127.1',
    '[::1]',
    '[::ffff:7f00:1]',
    '0.0.0.0',
    '[::]',
    '169.254.169.254',
    '[fe80::1]',
    'a.localhost',
  ])
    assert.equal(leadsToThisMachine(host), true, host)
  for (const host of ['registry.npmjs.org', '10.0.0.5', '[2001:db8::1]', '1.1.1.1', '*.example.com', '12.7.0.1'])
    assert.equal(leadsToThisMachine(host), false, host)
})
