import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connect, headers, type NatsConnection } from '@nats-io/transport-node'
import { knock } from '../../../bus/door.ts'
import { decode, type Stored } from '../../../bus/envelope.ts'
import { connectBus } from '../../../bus/jetstream/connect.ts'
import { readAll } from '../../../bus/jetstream/read.ts'
import { REQUEST_INFO } from '../../../bus/jetstream/watch-senders.ts'
import { startRuntime } from '../../../bus/runtime/runtime.ts'
import { catalogue } from '../../../domain/catalogue/index.ts'
import { taskStory } from '../../../domain/task-story.ts'
import { ConfigSchema } from '../../../infra/config/config-schema.ts'
import { startNatsServer } from '../../../infra/nats/nats-server.ts'
import { noBlobs, quiet } from '../../support/bus.ts'
import { doorReaders } from '../../support/door-readers.ts'
import { servicesWith } from '../../support/services.ts'
import { temporaryFolder, until } from '../../support/temporary.ts'
import { natsServerForTests } from '../../support/tools.ts'

const services = servicesWith(ConfigSchema.parse({}))
const signal = AbortSignal.timeout(120_000)

/** An embedded server with its accounts, where the readers of the door can be started; and outsiders, each on a connection of its own. */
const setting = async () => {
  const stack = new AsyncDisposableStack()
  const folder = stack.use(await temporaryFolder())
  const nats = stack.use(await startNatsServer({ dataDir: folder.path, port: 0, sync: 'fast', binary: natsServerForTests() }))
  const { user, password: pass, inboxPrefix } = nats.logins.cortex
  const system = async (name: string) => {
    const connection = await connectBus({ url: nats.url, name, user, pass, inboxPrefix, log: quiet })
    stack.defer(() => connection.close())
    return connection
  }
  const [connection, watch] = [await system('cortex'), await system('cortex-door')]
  const readers = () => {
    const functions = new Map(Object.entries(doorReaders))
    const of = { catalogue, model: taskStory, connection, watch, functions, blobs: noBlobs, services, log: quiet }
    return startRuntime({ ...of, ackWaitMs: 1000, graceMs: 500 })
  }
  const outsider = async (): Promise<NatsConnection> => {
    const nc = await connect({ servers: nats.url })
    stack.defer(() => nc.close())
    return nc
  }
  const facts = async (type: string) => (await readAll(connection, 'EVENTS', [`${type}.*`])).map(factIn)
  const stored = async (stream: string) => (await connection.jsm.streams.info(stream)).state.messages
  return { stack, connection, readers, outsider, facts, stored }
}

const factIn = (message: Stored) => {
  const decoded = decode(catalogue, message)
  assert.equal(decoded.kind, 'fact')
  return decoded.fact
}

/** How many requests a refusal tells of. */
const told = (data: unknown): number => (data as { over?: { count: number } }).over?.count ?? 1

/** Each claims to come from another connection. */
const burst = async (nc: NatsConnection, count: number): Promise<void> => {
  for (let n = 0; n < count; n++) {
    const forged = headers()
    forged.set(REQUEST_INFO, JSON.stringify({ id: n, start: '2026-01-01T00:00:00Z' }))
    nc.publish('task.created', JSON.stringify({ id: `one-of-many-${n}`, title: 'x' }), { headers: forged })
  }
  await nc.flush()
}

test('who floods the door waits for itself: others are served in their turn, and what is over its share is refused in words', async () => {
  const { stack, connection, readers, outsider, facts, stored } = await setting()
  await using _ = stack
  const { folds } = stack.use(await readers())
  let decided = 0
  folds.onFact(({ type, data }) => {
    decided += type === 'request.refused' ? told(data) : 1
  })
  const [flooder, other] = [await outsider(), await outsider()]
  await burst(flooder, 3000)
  await other.request('task.created', JSON.stringify({ id: 'of-another', title: 'x' }), { timeout: 60_000 })
  await knock(connection, 'task.created', { id: 'own', title: 'x', by: 'ada', channel: 'cli' }, { signal })
  await until(async () => decided >= (await stored('DOOR')))
  const [tasks, refusals] = [await facts('task.created'), await facts('request.refused')]
  const refused = refusals.reduce((sum, { data }) => sum + told(data), 0)
  // Each is a task or told of as refused, and nothing is both.
  assert.equal(tasks.length + refused, await stored('DOOR'))
  const before = (id: string): number => tasks.findIndex(({ subject }) => subject === id)
  for (const id of ['of-another', 'own']) assert.ok(before(id) >= 0 && before(id) < 1000, `${id} waited for ${before(id)} others`)
  assert.ok(refusals.length < 1000, `${refusals.length} facts tell of ${refused} refusals`)
  assert.match(JSON.stringify(refusals[0]?.data), /requests? of one connection, with 1000 or 8 MB of its own undecided.*send again/)
})

test('what stood in a sender’s queue when the process stopped is decided by the next one, each once', async () => {
  const { stack, readers, outsider, facts } = await setting()
  await using _ = stack
  const first = stack.use(await readers())
  await burst(await outsider(), 400)
  await until(async () => (await facts('task.created')).length > 0)
  await first.stop()
  const undone = 400 - (await facts('task.created')).length
  assert.ok(undone > 0)
  stack.use(await readers())
  await until(async () => (await facts('task.created')).length >= 400)
  assert.equal(new Set((await facts('task.created')).map(({ subject }) => subject)).size, 400)
  assert.deepEqual(await facts('request.refused'), [])
})
