import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connect, headers, type NatsConnection } from '@nats-io/transport-node'
import { encode } from '../../../bus/envelope.ts'
import { connectBus } from '../../../bus/jetstream/connect.ts'
import { objectStoreBlobs } from '../../../bus/jetstream/object-store.ts'
import { store } from '../../../bus/jetstream/publish.ts'
import { readAll } from '../../../bus/jetstream/read.ts'
import { REQUEST_INFO, senderIn } from '../../../bus/jetstream/watch-senders.ts'
import { startRuntime } from '../../../bus/runtime/runtime.ts'
import { UNKNOWN } from '../../../bus/shares.ts'
import { catalogue } from '../../../domain/catalogue/index.ts'
import { taskStory } from '../../../domain/task-story.ts'
import { startNatsServer } from '../../../infra/nats/nats-server.ts'
import { noBlobs, quiet } from '../../support/bus.ts'
import { temporaryFolder, until } from '../../support/temporary.ts'
import { natsServerForTests } from '../../support/tools.ts'

const planHash = 'a'.repeat(64)

/** An embedded server with its three users, the streams, and one task whose plan waits. */
const setting = async () => {
  const stack = new AsyncDisposableStack()
  const folder = stack.use(await temporaryFolder())
  const nats = stack.use(
    await startNatsServer({
      dataDir: folder.path,
      port: 0,
      sync: 'fast',
      binary: natsServerForTests(),
      functionConsumers: ['start-attempt'],
    }),
  )
  const { user, password: pass, inboxPrefix } = nats.logins.cortex
  const connection = await connectBus({ url: nats.url, name: 'cortex', user, pass, inboxPrefix, log: quiet })
  stack.defer(() => connection.close())
  const runtime = stack.use(
    await startRuntime({
      catalogue,
      model: taskStory,
      connection,
      functions: new Map(),
      blobs: noBlobs,
      services: undefined,
      log: quiet,
      ackWaitMs: 1000,
      graceMs: 100,
    }),
  )
  const emit = async (type: keyof typeof catalogue, id: string, data: unknown) => {
    const wire = encode(catalogue, {
      id: `${type}-${id}`,
      type,
      subject: id,
      source: 'test',
      time: new Date().toISOString(),
      causedBy: 'test',
      hops: 0,
      data,
    })
    await store(connection, [{ ...wire, messageId: `${type}-${id}` }], AbortSignal.timeout(5000))
  }
  await emit('task.created', 'victim', { title: 'A task' })
  await emit('gate.opened', 'victim', { planHash, expiresAt: new Date(Date.now() + 60_000).toISOString() })
  const outsider = await connect({ servers: nats.url, maxReconnectAttempts: 0 })
  stack.defer(() => outsider.close())
  return { stack, connection, runtime, outsider, nats }
}

/** Tries one way in and waits until the server has taken it. */
const attempt = async (outsider: NatsConnection, subject: string, body: string, reply: string): Promise<void> => {
  outsider.publish(subject, body, { reply })
  await outsider.flush()
}

test('no reply subject makes an outsider the author of a fact', async () => {
  const { stack, connection, runtime, outsider } = await setting()
  await using _ = stack
  const target = 'plan.approved.victim'
  await attempt(outsider, '$JS.API.INFO', '', target)
  await attempt(outsider, '$JS.API.STREAM.INFO.EVENTS', '', target)
  await attempt(outsider, '$JS.API.DIRECT.GET.EVENTS.gate.opened.victim', '', target)
  await attempt(outsider, '$JS.API.CONSUMER.MSG.NEXT.EVENTS.start-attempt', '1', target)
  // The one request an outsider may make that the server answers: the ack of a permitted publish lands where the reply says.
  await attempt(outsider, 'task.created', JSON.stringify({ title: 'harmless' }), target)
  await attempt(outsider, '$SRV.INFO', '', target)
  const forged = headers()
  const wire = encode(catalogue, {
    id: 'forged',
    type: 'plan.approved',
    subject: 'victim',
    source: 'admit',
    time: new Date().toISOString(),
    causedBy: 'x',
    hops: 0,
    data: { planHash, by: 'me', channel: 'cli' },
  })
  for (const [name, value] of Object.entries(wire.headers)) forged.set(name, value)
  outsider.publish(target, wire.body, { headers: forged })
  outsider.publish('task.created', wire.body, { headers: forged, reply: target })
  await outsider.flush()
  // A fact of our own behind them: when the tail has passed it, it has passed them all.
  const last = encode(catalogue, {
    id: 'after',
    type: 'task.created',
    subject: 'after',
    source: 'test',
    time: new Date().toISOString(),
    causedBy: 'x',
    hops: 0,
    data: { title: 'after' },
  })
  const sequence = await store(connection, [{ ...last, messageId: 'after' }], AbortSignal.timeout(5000))
  const story = await runtime.folds.story('victim', sequence)
  assert.equal(story.state.approvals.length, 0)
  assert.deepEqual([...story.ids], ['task.created-victim', 'gate.opened-victim'])
  assert.deepEqual(await readAll(connection, 'EVENTS', ['plan.approved.*']), [])
  assert.equal(runtime.folds.foreign(), 0)
})

test('the answer to an outsider leads back to the outsider, wherever the request says: no stream and no blob has more by it', async () => {
  const { stack, connection, outsider } = await setting()
  await using _ = stack
  const blobs = await objectStoreBlobs(connection)
  const ref = await blobs.put('a prompt', 'text/plain')
  const served = connection.nc.subscribe('cortex.task.status', { callback: (_error, message) => void message.respond('here') })
  await connection.nc.flush()
  const count = async (stream: string) => (await connection.jsm.streams.info(stream)).state.messages
  const streams = ['EVENTS', 'LIVE', 'DLQ', 'ADVISORIES', 'OBJ_cortex-blobs']
  const before = await Promise.all(streams.map(count))
  const targets = [
    'task.created.victim',
    'retry.x.victim.y',
    'dlq.admit.victim',
    'live.victim.x.y',
    `$O.cortex-blobs.M.${encodedName(ref.key)}`,
  ]
  for (const target of targets)
    for (const subject of ['task.created', 'cortex.task.status', '$SRV.PING'])
      await attempt(outsider, subject, JSON.stringify({ title: 'harmless' }), target)
  // Whose answers come back here come after all the others.
  assert.equal((await outsider.request('cortex.task.status', '', { timeout: 2000 })).string(), 'here')
  assert.equal((await outsider.request('task.created', '{"title":"last"}', { timeout: 2000 })).json<{ stream: string }>().stream, 'DOOR')
  assert.deepEqual(await Promise.all(streams.map(count)), before)
  assert.equal(await blobs.text(ref), 'a prompt')
  served.unsubscribe()
})

test('which connection asks is the word of the server, whatever the asker says', async () => {
  const { stack, connection, outsider, nats } = await setting()
  await using _ = stack
  const heard: string[] = []
  for (const subject of ['task.created', 'cortex.task.status'])
    connection.nc.subscribe(subject, { callback: (_error, message) => void heard.push(senderIn(message.headers?.get(REQUEST_INFO) ?? '')) })
  await connection.nc.flush()
  const other = await connect({ servers: nats.url })
  stack.defer(() => other.close())
  const forged = headers()
  forged.set(REQUEST_INFO, JSON.stringify({ id: 1, start: '2026-01-01T00:00:00Z' }))
  for (const nc of [outsider, other]) {
    for (const subject of ['task.created', 'cortex.task.status']) nc.publish(subject, '{}', { headers: forged })
    await nc.flush()
  }
  await until(() => heard.length === 4)
  const [first, again, second, secondAgain] = heard
  assert.deepEqual([again, secondAgain], [first, second])
  assert.equal(new Set([first, second, senderIn(forged.get(REQUEST_INFO)), UNKNOWN]).size, 4)
})

/** An object's name in the subject of its metadata. */
const encodedName = (key: string): string => Buffer.from(key).toString('base64url')

test('an outsider cannot read, cannot pull, cannot listen to replies of the system', async () => {
  const { stack, outsider } = await setting()
  await using _ = stack
  for (const subject of [
    '$JS.API.STREAM.INFO.EVENTS',
    '$JS.API.CONSUMER.CREATE.EVENTS',
    '$JS.API.DIRECT.GET.EVENTS.task.created.victim',
    'task.created.victim',
    'door.plan.approved',
    'retry.x.victim.y',
    'live.victim.x.y',
  ])
    await assert.rejects(outsider.request(subject, '{}', { timeout: 300 }), /permission|timeout|no responders/i, subject)
  const listening = outsider.subscribe('_INBOX_cortex.>')
  await assert.rejects(
    (async () => {
      for await (const _m of listening) throw new Error('heard something')
      throw listening.closed
    })(),
  )
})
