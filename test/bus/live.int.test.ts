import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DeliverPolicy, jetstream, jetstreamManager } from '@nats-io/jetstream'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import { encode } from '../../bus/envelope.ts'
import { followLive } from '../../bus/jetstream/ask.ts'
import { type Connection, connectBus } from '../../bus/jetstream/connect.ts'
import { store } from '../../bus/jetstream/publish.ts'
import { startRuntime } from '../../bus/runtime/runtime.ts'
import { taskStory } from '../../domain/task-story.ts'
import { startNatsServer } from '../../infra/nats/nats-server.ts'
import { noBlobs, quiet } from '../support/bus.ts'
import { chainCatalogue, chainFunction } from '../support/chain.ts'
import { temporaryFolder, until } from '../support/temporary.ts'
import { natsServerForTests } from '../support/tools.ts'

/** Says one live line for each task. */
const talkative = chainFunction({
  on: ['task.created'],
  emits: ['link.first'],
  timeout: '5s',
  retry: { attempts: 1, backoff: ['1s'] },
  handler: ({ event, live, say }) => {
    live('agent', `working on ${event.subject}, part ${event.data.n}`)
    return [say('link.first', { n: event.data.n })]
  },
})

/** The embedded server with its users, and a runtime with the talkative function. */
const setting = async () => {
  await using started = new AsyncDisposableStack()
  const folder = started.use(await temporaryFolder())
  const nats = started.use(await startNatsServer({ dataDir: folder.path, port: 0, sync: 'fast', binary: natsServerForTests() }))
  const login = async (who: 'cortex' | 'inspector'): Promise<Connection> => {
    const { user, password: pass, inboxPrefix } = nats.logins[who]
    return connectBus({ url: nats.url, name: who, user, pass, inboxPrefix, log: quiet })
  }
  const connection = await login('cortex')
  started.defer(() => connection.nc.close())
  const functions = new Map([['talkative', talkative]])
  const common = { connection, functions, blobs: noBlobs, services: undefined, log: quiet, ackWaitMs: 1000, graceMs: 100 }
  started.use(await startRuntime({ ...common, catalogue: chainCatalogue, model: taskStory }))
  const all = started.move()
  const work = async (n: number): Promise<void> => {
    const origin = { source: 'test', time: new Date().toISOString(), causedBy: 'test', hops: 0 }
    const wire = encode(chainCatalogue, { ...origin, id: `n${n}`, type: 'task.created', subject: 'task-a', data: { n } })
    await store(connection, [{ ...wire, messageId: `n${n}` }], AbortSignal.timeout(5000))
  }
  const kept = async (): Promise<number> => (await connection.jsm.streams.info('LIVE')).state.messages
  return { url: nats.url, connection, login, work, kept, [Symbol.asyncDispose]: () => all.disposeAsync() }
}

test('a follower with the system’s login gets the live lines of its task', async () => {
  await using bus = await setting()
  const lines: string[] = []
  const stop = followLive(bus.connection, 'task-a', (fn, line) => lines.push(`${fn}: ${line}`))
  await bus.work(1)
  await until(() => lines.length > 0)
  assert.deepEqual(lines, ['talkative: working on task-a, part 1'])
  stop()
})

test('the inspector takes up the live lines where he stopped, from stream LIVE', async () => {
  await using bus = await setting()
  await bus.work(1)
  await until(async () => (await bus.kept()) === 1)
  const inspector = await bus.login('inspector')
  const from = async (sequence: number, count: number): Promise<{ lines: string[]; last: number }> => {
    const consumer = await jetstream(inspector.nc).consumers.get('LIVE', {
      filter_subjects: 'live.task-a.>',
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: sequence,
    })
    const found = { lines: [] as string[], last: 0 }
    const messages = await consumer.consume()
    for await (const message of messages) {
      found.lines.push(message.string())
      found.last = message.seq
      if (found.lines.length === count) break
    }
    return found
  }
  const first = await from(1, 1)
  assert.deepEqual(first.lines, ['working on task-a, part 1'])
  await bus.work(2)
  await bus.work(3)
  assert.deepEqual((await from(first.last + 1, 2)).lines, ['working on task-a, part 2', 'working on task-a, part 3'])
  await inspector.nc.close()
})

const permissionFaults = (outsider: NatsConnection): string[] => {
  const faults: string[] = []
  void (async () => {
    for await (const status of outsider.status()) if (status.type === 'error') faults.push(String(status.error))
  })()
  return faults
}

test('outsiders read no live line: not by listening, not from the stream', async () => {
  await using bus = await setting()
  await bus.work(1)
  await until(async () => (await bus.kept()) === 1)
  const outsider = await connect({ servers: bus.url })
  const faults = permissionFaults(outsider)
  const heard: string[] = []
  for (const subject of ['live.>', 'live.task-a.talkative.agent', '>'])
    outsider.subscribe(subject, { callback: (error, message) => void (error || heard.push(message.subject)) })
  await outsider.flush()
  await until(() => faults.length >= 3)
  await bus.work(2)
  await until(async () => (await bus.kept()) === 2)
  await outsider.flush()
  assert.deepEqual(heard, [])
  const manager = await jetstreamManager(outsider, { checkAPI: false, timeout: 500 })
  await assert.rejects(manager.streams.info('LIVE'))
  await assert.rejects(manager.streams.getMessage('LIVE', { seq: 1 }))
  await assert.rejects(manager.direct.getMessage('LIVE', { seq: 1 }))
  await assert.rejects(manager.consumers.add('LIVE', { deliver_policy: DeliverPolicy.All }))
  await outsider.close()
})
