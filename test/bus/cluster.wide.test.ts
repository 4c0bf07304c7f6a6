import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pino } from 'pino'
import { encode } from '../../bus/envelope.ts'
import { type Connection, connectBus } from '../../bus/jetstream/connect.ts'
import { openKeyValues } from '../../bus/jetstream/key-values.ts'
import { objectStoreBlobs } from '../../bus/jetstream/object-store.ts'
import { lookAtStreams } from '../../bus/jetstream/provision-streams.ts'
import { store } from '../../bus/jetstream/publish.ts'
import type { StreamSettings } from '../../bus/jetstream/stream-settings.ts'
import { type Runtime, startRuntime } from '../../bus/runtime/runtime.ts'
import type { Task } from '../../domain/task.ts'
import { taskStory } from '../../domain/task-story.ts'
import { noBlobs, quiet } from '../support/bus.ts'
import { chain, chainCatalogue } from '../support/chain.ts'
import { startCluster } from '../support/nats-cluster.ts'
import { until } from '../support/temporary.ts'
import { natsServerForTests } from '../support/tools.ts'

const remembered = <T extends object>(definition: T) => ({ ...definition, remembered: true })
/** The chain's, of which MEMORY keeps the beginning and the end. */
const catalogue = {
  ...chainCatalogue,
  'task.created': remembered(chainCatalogue['task.created']),
  'link.third': remembered(chainCatalogue['link.third']),
}

/** A process with the chain's functions, a bucket and blobs. */
const startProcess = async (url: string, streams: StreamSettings = {}) => {
  await using started = new AsyncDisposableStack()
  const lines: string[] = []
  const log = pino({ level: 'info' }, { write: (line: string) => lines.push(JSON.parse(line).msg) })
  const connection = await connectBus({ url, name: 'test', streams, log: quiet })
  started.defer(() => connection.nc.close())
  const options = { catalogue, model: taskStory, connection, blobs: noBlobs, services: undefined, log, ackWaitMs: 1000, graceMs: 500 }
  const runtime: Runtime<typeof catalogue, Task> = started.use(
    await startRuntime({ ...options, functions: new Map(Object.entries(chain())) }),
  )
  const values = await openKeyValues(connection, 'cortex-claims', 3_600_000)
  const blobs = await objectStoreBlobs(connection)
  const all = started.move()
  return { connection, runtime, values, blobs, lines, [Symbol.asyncDispose]: () => all.disposeAsync() }
}
type Process = Awaited<ReturnType<typeof startProcess>>

const create = async ({ connection }: Process, id: string): Promise<void> => {
  const place = { id: `created-${id}`, type: 'task.created', subject: id, source: 'test', causedBy: 'test', hops: 0 }
  const wire = encode(catalogue, { ...place, time: new Date().toISOString(), data: { n: 1 } })
  await store(connection, [{ ...wire, messageId: place.id }], AbortSignal.timeout(30_000))
}

const story = async ({ runtime }: Process, id: string): Promise<string[]> => (await runtime.folds.facts(id)).map(({ type }) => type)
const whole = ['task.created', 'link.first', 'link.second', 'link.third']
const ended = (process: Process, id: string): Promise<void> => until(async () => (await story(process, id)).includes('link.third'))

/** How many replicas each stream and each durable has. */
const replicas = async ({ jsm }: Connection): Promise<Record<string, number>> => {
  const streams = await jsm.streams.list().next()
  const durables = (await Promise.all(['EVENTS', 'ADVISORIES'].map((stream) => jsm.consumers.list(stream).next()))).flat()
  return Object.fromEntries([
    ...streams.map(({ config }) => [config.name, config.num_replicas]),
    ...durables.filter(({ config }) => config.durable_name).map(({ name, cluster }) => [name, 1 + (cluster?.replicas?.length ?? 0)]),
  ])
}
const all = [
  'ADVISORIES',
  'DLQ',
  'DOOR',
  'EVENTS',
  'KV_cortex-claims',
  'LIVE',
  'MEMORY',
  'OBJ_cortex-blobs',
  'bury-poison',
  'first',
  'second',
  'third',
]
const each = (n: number): Record<string, number> => Object.fromEntries(all.map((name) => [name, n]))

test('on a cluster, what an operator made threefold stays so, and the configuration changes it both ways without a loss', async () => {
  await using cluster = await startCluster(natsServerForTests())
  const { url } = cluster
  let blob: Awaited<ReturnType<Process['blobs']['put']>>
  {
    await using process = await startProcess(url)
    assert.deepEqual(await replicas(process.connection), each(1))
    await create(process, 'alone')
    await ended(process, 'alone')
    await process.values.put('key', 'value')
    blob = await process.blobs.put('a blob', 'text/plain')
    for await (const { config } of process.connection.jsm.streams.list())
      await process.connection.jsm.streams.update(config.name, { num_replicas: 3 })
  }
  {
    await using process = await startProcess(url)
    await until(async () => Object.values(await replicas(process.connection)).every((n) => n === 3))
    const told = (await lookAtStreams(process.connection, catalogue)).map(({ stream }) => stream)
    assert.deepEqual(told, ['EVENTS', 'DOOR', 'MEMORY', 'LIVE', 'DLQ', 'ADVISORIES', 'KV_cortex-claims', 'OBJ_cortex-blobs'])
    assert.ok(
      process.lines.includes('num_replicas is 3, by default 1; kept, because cortex.toml does not name it'),
      process.lines.join('\n'),
    )
  }
  {
    await using process = await startProcess(url, { replicas: 1 })
    await until(async () => Object.values(await replicas(process.connection)).every((n) => n === 1))
    assert.deepEqual(await story(process, 'alone'), whole)
  }
  await using process = await startProcess(url, { replicas: 3 })
  const { connection } = process
  await until(async () => Object.values(await replicas(connection)).every((n) => n === 3))
  await create(process, 'threefold')
  await ended(process, 'threefold')
  for (const id of ['alone', 'threefold']) assert.deepEqual(await story(process, id), whole)
  assert.deepEqual([(await process.values.get('key'))?.value, await process.blobs.text(blob)], ['value', 'a blob'])
})
