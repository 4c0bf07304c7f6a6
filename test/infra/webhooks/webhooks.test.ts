import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parse } from 'smol-toml'
import { checkConfig } from '../../../infra/app/configuration.ts'
import { ConfigFault } from '../../../infra/config/config.ts'
import { ConfigSchema } from '../../../infra/config/config-schema.ts'
import { createWebhooks } from '../../../infra/webhooks/webhooks.ts'

const faultsOf = (work: () => unknown): readonly string[] => {
  try {
    work()
  } catch (error) {
    if (error instanceof ConfigFault) return error.faults
    throw error
  }
  return []
}
const faults = (toml: string): readonly string[] => faultsOf(() => checkConfig('test', parse(toml)))
const secretFaults = (webhooks: object, env: Record<string, string>): readonly string[] =>
  faultsOf(() => createWebhooks({ config: ConfigSchema.parse({ gateway: { webhooks } }), env }))

test('secrets that are missing or too weak are told at the start, all at once and without showing them', () => {
  const tasks = [{ title: '{{title}}' }]
  const webhooks = {
    in: {
      a: { kind: 'github', secret_env: 'GITHUB', tasks },
      b: { kind: 'bearer', secret_env: 'SHORT', tasks },
      c: { kind: 'standard', secret_env: 'WEAK', old_secret_env: 'KEY', tasks },
    },
    out: { d: { url: 'https://example.com', secret_env: 'NO_BASE64' } },
    callback_secret_env: 'CALLBACK',
  }
  const env = { SHORT: 'short-one', WEAK: 'whsec_c2hvcnQ=', KEY: 'whpk_c2hvcnQ=', NO_BASE64: 'whsec_not base64 at all, whatever it is' }
  const told = secretFaults(webhooks, env)
  assert.deepEqual(
    told.map((fault) => fault.split(':')[0]),
    [
      'gateway.webhooks.in.a.secret_env names GITHUB',
      'gateway.webhooks.in.b.secret_env names SHORT',
      'gateway.webhooks.in.c.secret_env names WEAK',
      'gateway.webhooks.in.c.old_secret_env names KEY',
      'gateway.webhooks.out.d.secret_env names NO_BASE64',
      'gateway.webhooks.callback_secret_env names CALLBACK',
    ],
  )
  assert.doesNotMatch(told.join(), /short-one|c2hvcnQ|whatever/)
})

test('without webhooks nothing is needed, and nothing is made', () => {
  const { sources } = createWebhooks({ config: ConfigSchema.parse({}), env: {} })
  assert.deepEqual(sources, [])
})

test('what cannot work in a source is told with its place', () => {
  const told = faults(`
[gateway.webhooks.in.none]
kind = "github"
secret_env = "S"
header = "x-mine"
signed = "hmac"
[gateway.webhooks.in.codes]
kind = "hmac"
secret_env = "S"
content = "{{timestamp}}.{{boddy}}.{{id}}"
[[gateway.webhooks.in.codes.tasks]]
title = "{{a"
metadata = { x = "{{ }}" }
[gateway.webhooks.in.timed]
kind = "bearer"
secret_env = "S"
timestamp_header = "x-time"
tasks = [{ title = "x" }]
`)
  assert.equal(told.length, 10, told.join('\n'))
  for (const words of [
    /in\.none makes no tasks/,
    /in\.none\.signed is for kind "alertmanager"/,
    /in\.none\.header is laid down by kind "github"/,
    /in\.codes\.content has \{\{boddy\}\}/,
    /in\.codes\.content has no \{\{body\}\}/,
    /in\.codes: timestamp_header and \{\{timestamp\}\} in content belong together/,
    /in\.codes\.content has \{\{id\}\}, but delivery_header/,
    /in\.codes\.tasks\[0\]\.title: it has "\{\{"/,
    /in\.codes\.tasks\[0\]\.metadata\.x: \{\{ \}\} names no path/,
    /in\.timed\.timestamp_header is for signatures/,
  ])
    assert.ok(
      told.some((fault) => words.test(fault)),
      String(words),
    )
})

test('a receiver at a private address, or with a password in its URL, is a fault at the start', () => {
  const out = (url: string, more = '') => faults(`[gateway.webhooks.out.ci]\nurl = "${url}"\nsecret_env = "S"\n${more}`)
  assert.match(out('http://127.0.0.1:9000')[0] ?? '', /leads to 127\.0\.0\.1.*allow_private = true/)
  assert.deepEqual(out('http://127.0.0.1:9000', 'allow_private = true'), [])
  assert.match(out('https://ada:secret@example.com')[0] ?? '', /a name or a password/)
  assert.match(out('ftp://example.com')[0] ?? '', /no URL/)
  assert.match(
    faults('[gateway.webhooks.out.ci]\nurl = "https://example.com"\nsecret_env = "S"\nevents = ["task.done"]')[0] ?? '',
    /must be one of/,
  )
})
