import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AckPolicy, jetstream, jetstreamManager } from '@nats-io/jetstream'
import { client, firstMessage, folder, skip, start, withStreams } from './nats-server-setting.ts'

test('an outsider may use the open door, and nothing else', { skip }, async (t) => {
  await using server = await start(folder(t))
  const cortex = await withStreams(server)
  const outsider = await client(server)
  assert.equal(outsider.info?.max_payload, 131_072, 'what no request may be as long as is refused before it is sent')
  const stored = await outsider.request('task.created', '{"title":"x"}', { timeout: 2_000 })
  assert.equal(stored.json<{ stream: string }>().stream, 'DOOR')
  for (const subject of [
    'task.created.x',
    'plan.approved.x',
    '$JS.API.INFO',
    '$JS.API.STREAM.INFO.EVENTS',
    '$JS.API.STREAM.DELETE.EVENTS',
    'door.task.create',
  ])
    await assert.rejects(outsider.request(subject, '', { timeout: 2_000 }), /permissions violation/i, subject)
  for (const subject of ['>', 'task.>', '_INBOX_cortex.>', '_INBOX_inspector.>', '$JS.ACK.>'])
    await assert.rejects(firstMessage(outsider, subject), /permissions violation/i, subject)
  const answered = cortex.subscribe('cortex.task.status', { callback: (_error, message) => void message.respond('here') })
  await cortex.flush()
  assert.equal((await outsider.request('cortex.task.status', '', { timeout: 2_000 })).string(), 'here')
  answered.unsubscribe()
  await outsider.close()
  await cortex.close()
})

test('wrong credentials are refused, and are not taken for an outsider', { skip }, async (t) => {
  await using server = await start(folder(t))
  await assert.rejects(client(server, { ...server.logins.cortex, password: 'guessed' }), /authorization/i)
})

test('the inspector reads the streams, and changes nothing', { skip }, async (t) => {
  await using server = await start(folder(t), 0, ['write-code'])
  const cortex = await withStreams(server)
  await jetstream(cortex).publish('task.created.task-1', 'one')
  await jetstream(cortex).publish('plan.drafted.task-1', 'two')
  const manager = await jetstreamManager(cortex)
  await manager.consumers.add('EVENTS', { durable_name: 'write-code', ack_policy: AckPolicy.Explicit, filter_subject: 'plan.approved.*' })

  const inspector = await client(server, server.logins.inspector)
  const reader = await jetstreamManager(inspector)
  assert.equal((await reader.streams.info('EVENTS')).state.messages, 2)
  const consumer = await jetstream(inspector).consumers.get('EVENTS', { filter_subjects: '*.*.task-1' })
  const read: string[] = []
  for await (const message of await consumer.fetch({ max_messages: 2, expires: 2_000 })) read.push(message.subject)
  assert.deepEqual(read, ['task.created.task-1', 'plan.drafted.task-1'])
  await consumer.delete()

  const own = { durable_name: 'write-code', ack_policy: AckPolicy.Explicit, filter_subject: 'task.created.*' }
  const forbidden: [string, unknown][] = [
    ['task.created', {}],
    ['plan.approved.task-1', {}],
    ['$JS.API.STREAM.DELETE.EVENTS', {}],
    ['$JS.API.STREAM.PURGE.EVENTS', {}],
    ['$JS.API.STREAM.UPDATE.EVENTS', {}],
    ['$JS.API.CONSUMER.CREATE.EVENTS', { stream_name: 'EVENTS', config: { ...own, durable_name: undefined, name: 'write-code' } }],
    ['$JS.API.CONSUMER.CREATE.EVENTS.write-code', { stream_name: 'EVENTS', config: own }],
    ['$JS.API.CONSUMER.CREATE.EVENTS.write-code.task.created.*', { stream_name: 'EVENTS', config: own }],
    ['$JS.API.CONSUMER.DURABLE.CREATE.EVENTS.write-code', { stream_name: 'EVENTS', config: own }],
    ['$JS.API.CONSUMER.MSG.NEXT.EVENTS.write-code', { batch: 1 }],
    ['$JS.API.CONSUMER.DELETE.EVENTS.write-code', {}],
    ['$JS.API.CONSUMER.PAUSE.EVENTS.write-code', {}],
    ['$JS.ACK.EVENTS.write-code.1.1.1.1.0', '+TERM'],
    ['$JS.API.STREAM.INFO.DOOR', {}],
  ]
  for (const [subject, body] of forbidden)
    await assert.rejects(inspector.request(subject, JSON.stringify(body), { timeout: 2_000 }), /permissions violation/i, subject)
  await assert.rejects(firstMessage(inspector, '_INBOX_cortex.>'), /permissions violation/i)
  const renamed = { stream_name: 'EVENTS', config: { ...own, durable_name: undefined, name: 'write-code' } }
  await inspector.request('$JS.API.CONSUMER.CREATE.EVENTS.mine', JSON.stringify(renamed), { timeout: 2_000 })
  assert.equal((await manager.consumers.info('EVENTS', 'write-code')).config.filter_subject, 'plan.approved.*')
  await inspector.close()
  await cortex.close()
})
