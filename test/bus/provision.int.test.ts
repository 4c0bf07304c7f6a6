import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Logger, pino } from 'pino'
import type { AnyFunction } from '../../bus/define-function.ts'
import { encode } from '../../bus/envelope.ts'
import { type Connection, connectBus } from '../../bus/jetstream/connect.ts'
import { isFunction, provisionAdvisories, provisionConsumers } from '../../bus/jetstream/provision-consumers.ts'
import { lookAtStreams, provisionStreams } from '../../bus/jetstream/provision-streams.ts'
import { store } from '../../bus/jetstream/publish.ts'
import { readStoryMessages } from '../../bus/jetstream/read.ts'
import type { StreamSettings } from '../../bus/jetstream/stream-settings.ts'
import { catalogue as product } from '../../domain/catalogue/index.ts'
import { taskStory } from '../../domain/task-story.ts'
import { quiet, startBus } from '../support/bus.ts'
import { chainCatalogue, chainFunction } from '../support/chain.ts'
import { startNats } from '../support/nats.ts'
import { until } from '../support/temporary.ts'
import { natsServerForTests } from '../support/tools.ts'

/** Answers every task with `link.first`. */
const answering = (more: Pick<AnyFunction, 'replay' | 'formerly'> = {}) =>
  chainFunction({
    on: ['task.created'],
    emits: ['link.first'],
    timeout: '5s',
    retry: { attempts: 3, backoff: ['10ms'] },
    ...more,
    handler: ({ event, say }) => [say('link.first', { n: event.data.n })],
  })

/** A bus with a function `reader` that has worked for task `old` and is stopped, so that `missed` waits for it. */
const withHistory = async () => {
  const bus = await startBus(chainCatalogue, { reader: answering() })
  await bus.emit('task.created', 'old', { n: 1 })
  await bus.until('link.first', 'old')
  await until(async () => (await bus.connection.jsm.consumers.info('EVENTS', 'reader')).num_ack_pending === 0)
  await bus.runtime.stop()
  await bus.emit('task.created', 'missed', { n: 2 })
  return bus
}

const answers = async (bus: Awaited<ReturnType<typeof withHistory>>, id: string): Promise<number> =>
  (await bus.facts(id)).filter(({ type }) => type === 'link.first').length

test('a new function on an existing store hears what comes, and what nobody has answered yet', async () => {
  await using bus = await withHistory()
  bus.runtime = await bus.another({ fresh: answering() })
  await bus.emit('task.created', 'new', { n: 3 })
  await bus.until('link.first', 'new')
  await bus.until('link.first', 'missed')
  assert.deepEqual([await answers(bus, 'old'), await answers(bus, 'missed')], [1, 1])
})

test('a function that was gone while messages waited for it does not do again what another one did meanwhile', async () => {
  await using bus = await withHistory()
  bus.runtime = await bus.another({ fresh: answering() })
  await bus.until('link.first', 'missed')
  await bus.runtime.stop()
  await bus.emit('task.created', 'between', { n: 3 })
  bus.runtime = await bus.another({ reader: answering() })
  await bus.until('link.first', 'between')
  const { reader } = { reader: await bus.connection.jsm.consumers.info('EVENTS', 'reader') }
  assert.equal(reader.num_pending, 0)
  assert.deepEqual([await answers(bus, 'missed'), await answers(bus, 'between')], [1, 1])
})

test('a new function that says `replay: all` works through everything there is', async () => {
  await using bus = await withHistory()
  bus.runtime = await bus.another({ fresh: answering({ replay: 'all' }) })
  await bus.until('link.first', 'missed')
  assert.equal((await bus.connection.jsm.consumers.info('EVENTS', 'fresh')).config.deliver_policy, 'all')
})

test('a function goes on where it was when its process was away', async () => {
  await using bus = await withHistory()
  bus.runtime = await bus.another({ reader: answering() })
  await bus.until('link.first', 'missed')
  assert.equal(await answers(bus, 'old'), 1)
})

test('a renamed function goes on after what its old name had done, and the old durable is gone', async () => {
  await using bus = await withHistory()
  bus.runtime = await bus.another({ renamed: answering({ formerly: 'reader' }) })
  await bus.until('link.first', 'missed')
  assert.deepEqual([await answers(bus, 'old'), await answers(bus, 'missed')], [1, 1])
  const names = (await bus.connection.jsm.consumers.list('EVENTS').next()).map(({ name }) => name)
  assert.ok(names.includes('renamed') && !names.includes('reader'), names.join(', '))
})

/** A log whose lines can be looked at. */
const listening = (): { log: Logger; lines: string[] } => {
  const lines: string[] = []
  return { log: pino({ level: 'warn' }, { write: (line: string) => lines.push(line) }), lines }
}

const server = async () => {
  await using started = new AsyncDisposableStack()
  const nats = started.use(await startNats(natsServerForTests()))
  const connection = await connectBus({ url: nats.url, name: 'test', log: quiet })
  started.defer(() => connection.nc.close())
  const all = started.move()
  return { connection, [Symbol.asyncDispose]: () => all.disposeAsync() }
}

const consumerOptions = { ackWaitMs: 1000, maxDeliver: 20, eventsAreNew: false, room: 'functions' as const }

test('a durable whose function is gone is reported by name; durables of others are nobody’s business', async () => {
  await using bus = await server()
  const { jsm } = bus.connection
  await provisionStreams(jsm, chainCatalogue)
  await provisionConsumers(jsm, new Map([['gone', answering()]]), consumerOptions, quiet)
  await jsm.consumers.add('EVENTS', { durable_name: 'of-an-auditor' })
  const { log, lines } = listening()
  await provisionConsumers(jsm, new Map([['stays', answering()]]), consumerOptions, log)
  assert.equal(lines.length, 1, lines.join(''))
  assert.equal(JSON.parse(lines[0] ?? '{}').durable, 'gone')
})

test('each room looks after its own durables, and dead letters of every room are buried', async () => {
  await using bus = await server()
  const { jsm } = bus.connection
  await provisionStreams(jsm, chainCatalogue)
  const worker = { ...consumerOptions, room: 'browser-worker' as const }
  const { log, lines } = listening()
  await provisionConsumers(jsm, new Map([['in-main', answering()]]), consumerOptions, log)
  await provisionConsumers(jsm, new Map([['in-worker', answering()]]), worker, log)
  await provisionConsumers(jsm, new Map([['in-main', answering()]]), consumerOptions, log)
  assert.deepEqual(lines, [])
  await provisionConsumers(jsm, new Map(), worker, log)
  assert.deepEqual(
    lines.map((line) => JSON.parse(line).durable),
    ['in-worker'],
  )
  await jsm.consumers.add('EVENTS', { durable_name: 'of-an-auditor' })
  const are = await Promise.all(
    ['in-main', 'in-worker', 'of-an-auditor', 'nobody'].map((name) => isFunction(bus.connection, 'EVENTS', name)),
  )
  assert.deepEqual(are, [true, true, false, false])
})

/** Everything about streams and durables that a provisioning could have changed. */
const shape = async ({ jsm }: Connection): Promise<unknown> => {
  const streams = await jsm.streams.list().next()
  const consumers = await Promise.all(streams.map(async ({ config }) => jsm.consumers.list(config.name).next()))
  return {
    streams: streams.map(({ config, created }) => ({ config, created })),
    consumers: consumers.flat().map(({ name, config, created }) => ({ name, config, created })),
  }
}

test('provisioning twice changes nothing', async () => {
  await using bus = await server()
  const { jsm } = bus.connection
  const provision = async (): Promise<unknown> => {
    await provisionStreams(jsm, product)
    await provisionConsumers(jsm, new Map([['reader', answering()]]), consumerOptions, quiet)
    await provisionAdvisories(jsm, 1000)
    return shape(bus.connection)
  }
  const first = await provision()
  assert.deepEqual(await provision(), first)
})

/** Stores facts of one task on a bus as the product has them, and reads its story back. */
const storyOn = ({ connection }: { connection: Connection }) => ({
  emit: (type: keyof typeof product, data: unknown): Promise<number> => {
    const common = { subject: 'task-a', source: 'test', time: new Date().toISOString(), causedBy: 'test', hops: 0 }
    const wire = encode(product, { ...common, id: type, type, data })
    return store(connection, [{ ...wire, messageId: type }], AbortSignal.timeout(5000))
  },
  told: async () => (await readStoryMessages(connection, taskStory, 'task-a')).map(({ subject, sequence }) => `${sequence} ${subject}`),
  remembered: (messages: number) => until(async () => (await connection.jsm.streams.info('MEMORY')).state.messages === messages),
})

test('MEMORY keeps what EVENTS loses: the story of a task still begins with its creation, and every fact has its place', async () => {
  await using bus = await server()
  const { jsm } = bus.connection
  await provisionStreams(jsm, product)
  const { emit, told, remembered } = storyOn(bus)
  await emit('task.created', { title: 'Fix it', by: 'ann', channel: 'cli' })
  await emit('notification.sent', { about: 'task-a', channels: [], reason: 'none' })
  await emit('task.blocked', { waitingFor: ['task-b'] })
  await emit('task.cancelled', { by: 'ann', channel: 'cli' })
  await remembered(3)
  await jsm.streams.purge('EVENTS', { seq: 4 })
  const kept = ['1 task.created.task-a', '3 task.blocked.task-a', '4 task.cancelled.task-a']
  assert.deepEqual(await told(), kept)
  await provisionStreams(jsm, product)
  assert.deepEqual(await told(), kept)
})

test('what was not remembered before reaches MEMORY from the oldest on that EVENTS has, and nothing is stored there twice', async () => {
  await using bus = await server()
  const { jsm } = bus.connection
  await provisionStreams(jsm, product)
  await jsm.streams.delete('MEMORY')
  // As an older version had it: whole nouns, and types one by one.
  const filters = ['code.*.*', 'task.cancelled.*', 'task.created.*']
  await jsm.streams.add({ name: 'MEMORY', sources: filters.map((filter_subject) => ({ name: 'EVENTS', filter_subject })) })
  const { emit, told, remembered } = storyOn(bus)
  await emit('task.created', { title: 'Fix it', by: 'ann', channel: 'cli' })
  await emit('task.blocked', { waitingFor: ['task-b'] })
  await emit('task.cancelled', { by: 'ann', channel: 'cli' })
  await remembered(2)
  await provisionStreams(jsm, product)
  await remembered(3)
  await jsm.streams.purge('EVENTS')
  assert.deepEqual(await told(), ['1 task.created.task-a', '2 task.blocked.task-a', '3 task.cancelled.task-a'])
  const { config } = await jsm.streams.info('MEMORY')
  await provisionStreams(jsm, { 'task.created': product['task.created'] })
  assert.deepEqual((await jsm.streams.info('MEMORY')).config.sources, config.sources, 'an older version forgets nothing')
})

test('what an operator set on a stream by hand is kept and told, unless the configuration names it', async () => {
  await using bus = await server()
  const { jsm } = bus.connection
  const day = 86_400_000_000_000
  const look = async () => {
    const { config } = await jsm.streams.info('EVENTS')
    return [config.max_age / day, config.max_bytes, config.subjects?.includes('extra.*.*'), config.metadata?.['owner']]
  }
  await provisionStreams(jsm, chainCatalogue)
  const { subjects = [] } = (await jsm.streams.info('EVENTS')).config
  const byHand = { max_age: 40 * day, max_bytes: 1_000_000, subjects: [...subjects, 'extra.*.*'], metadata: { owner: 'ann' } }
  await jsm.streams.update('EVENTS', byHand)
  const lines: string[] = []
  const log = pino({ level: 'info' }, { write: (line: string) => lines.push(JSON.parse(line).msg) })
  await provisionStreams(jsm, chainCatalogue, {}, log)
  assert.deepEqual(await look(), [40, 1_000_000, true, 'ann'])
  assert.deepEqual(lines, [
    'max_age is 40 days, by default 30 days; kept, because cortex.toml does not name it',
    'max_bytes is 1000000, by default not set; kept, because cortex.toml does not name it',
  ])
  await provisionStreams(jsm, chainCatalogue, { maxAgeMs: 50 * 86_400_000 })
  assert.deepEqual(await look(), [50, 1_000_000, true, 'ann'])
})

test('what is otherwise than wanted can be looked at while it is so, and a memory that is too short for timers is told', async () => {
  await using bus = await server()
  const { jsm } = bus.connection
  const day = 86_400_000
  const look = (streams: StreamSettings) => lookAtStreams({ jsm, streams }, chainCatalogue)
  assert.deepEqual(await look({}), [])
  await provisionStreams(jsm, chainCatalogue)
  assert.deepEqual(await look({ timers: { longestMs: 20 * day, named: 'what.lasts' } }), [])
  await jsm.streams.update('EVENTS', { max_age: 7 * day * 1_000_000 })
  assert.deepEqual(await look({ maxAgeMs: 50 * day }), [
    { stream: 'EVENTS', words: 'max_age is 7 days, but cortex.toml says 50 days; the next start sets it' },
  ])
  assert.deepEqual(
    (await look({ timers: { longestMs: 20 * day, named: 'what.lasts' } })).map(({ words }) => words),
    [
      'max_age is 7 days, by default 30 days; kept, because cortex.toml does not name it',
      'max_age is 7 days, and timers run for 20 days: a longer one is lost; make max_age longer, or what.lasts shorter',
    ],
  )
})

test('an older version takes no subject and no source away from a newer one', async () => {
  await using bus = await server()
  const { jsm } = bus.connection
  await provisionStreams(jsm, product)
  const before = await Promise.all(['EVENTS', 'DOOR', 'MEMORY'].map(async (name) => (await jsm.streams.info(name)).config))
  await provisionStreams(jsm, { 'task.created': product['task.created'] })
  const after = await Promise.all(['EVENTS', 'DOOR', 'MEMORY'].map(async (name) => (await jsm.streams.info(name)).config))
  assert.deepEqual(after, before)
})

test('replicas that the bus cannot have are refused with the stream and the reason', async () => {
  await using bus = await server()
  await assert.rejects(
    provisionStreams(bus.connection.jsm, chainCatalogue, { replicas: 3 }),
    /^Error: stream EVENTS cannot be as it should \({"num_replicas":3}\): .*replicas/,
  )
})

test('what an operator set on a durable by hand is kept; a new default of ours comes where he set nothing', async () => {
  await using bus = await server()
  const { jsm } = bus.connection
  await provisionStreams(jsm, chainCatalogue)
  const provision = (concurrency: number) =>
    provisionConsumers(jsm, new Map([['reader', { ...answering(), concurrency }]]), consumerOptions, quiet)
  const inFlight = async () => (await jsm.consumers.info('EVENTS', 'reader')).config.max_ack_pending
  await provision(4)
  await provision(8)
  assert.equal(await inFlight(), 8)
  await jsm.consumers.update('EVENTS', 'reader', { max_ack_pending: 40 })
  await provision(16)
  assert.equal(await inFlight(), 40)
})
