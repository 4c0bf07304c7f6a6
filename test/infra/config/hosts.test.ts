import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigSchema } from '../../../infra/config/config-schema.ts'

const takes = (config: object): boolean => ConfigSchema.safeParse(config).success

test('a project names hosts out there or none, and never this machine', () => {
  for (const network of ['none', 'open', [], ['registry.npmjs.org', '*.example.com:443', '10.0.0.5:8080', '[2001:db8::1]']])
    assert.equal(takes({ projects: { a: { path: '.', network } } }), true, JSON.stringify(network))
  for (const host of [
    'localhost:8900',
    '127.0.0.1:4222',
    '127.1',
    '0.0.0.0',
    '[::1]:80',
    '169.254.169.254',
    'x.localhost',
    '*',
    'https://a.example',
  ])
    for (const setting of ['network', 'setup_network'])
      assert.equal(takes({ projects: { a: { path: '.', [setting]: [host] } } }), false, host)
  assert.equal(ConfigSchema.parse({ projects: { a: { path: '.' } } }).projects['a']?.setup_network, 'registries')
})

test('an agent is given one port of this machine and not all of it', () => {
  assert.equal(takes({ agents: { a: { preset: 'claude', hosts: ['127.0.0.1:11434', 'api.example.com'] } } }), true)
  assert.equal(takes({ agents: { a: { preset: 'claude', hosts: ['127.0.0.1'] } } }), false)
})
