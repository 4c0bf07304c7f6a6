import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspectorPermissions, outsiderPermissions } from '../../../infra/nats/permissions.ts'
import { portCandidates } from '../../../infra/nats/port.ts'
import { checkServerVersion } from '../../../infra/nats/server-info.ts'

test('a server from 2.12 with JetStream and headers fits', () => {
  for (const version of ['2.12.0', '2.15.1', '2.12.0-RC.1', '3.0.0'])
    assert.equal(checkServerVersion({ version, jetstream: true, headers: true }), null)
})

test('a server that does not fit is told in one sentence: too old, without JetStream, without headers', () => {
  assert.match(checkServerVersion({ version: '2.11.9', jetstream: true, headers: true }) ?? '', /is 2\.11\.9; Cortex needs 2\.12 or newer/)
  assert.match(checkServerVersion({ version: '1.99.0', jetstream: true, headers: true }) ?? '', /2\.12 or newer/)
  assert.match(checkServerVersion({ version: 'unknown', jetstream: true, headers: true }) ?? '', /2\.12 or newer/)
  assert.match(checkServerVersion({ version: '2.15.1', headers: true }) ?? '', /without JetStream/)
  assert.match(checkServerVersion({ version: '2.15.1', jetstream: true, headers: false }) ?? '', /headers switched off/)
})

test('after the port asked for come the next fifty, and none above the last', () => {
  assert.deepEqual([portCandidates(4222).length, portCandidates(4222).at(-1)], [51, 4272])
  assert.deepEqual(portCandidates(65_534), [65_534, 65_535])
  assert.throws(() => portCandidates(65_536), /between 0 and 65535/)
})

test('an outsider has nothing of the JetStream API and hears replies only', () => {
  const { publish, subscribe } = outsiderPermissions()
  assert.ok(!publish.allow.some((subject) => subject.startsWith('$JS') || subject === '>'))
  assert.deepEqual(subscribe.allow, ['_INBOX.>'])
})

test('no function consumer is open to the inspector, and a name that is more than a name is refused', () => {
  const deny = inspectorPermissions(['write-code']).publish.deny ?? []
  for (const stream of ['EVENTS', 'MEMORY', 'LIVE', 'DLQ'])
    for (const subject of [`$JS.API.CONSUMER.CREATE.${stream}.write-code.>`, `$JS.API.CONSUMER.MSG.NEXT.${stream}.write-code`])
      assert.ok(deny.includes(subject), subject)
  assert.throws(() => inspectorPermissions(['a.b']), /no names of consumers: a\.b/)
})
