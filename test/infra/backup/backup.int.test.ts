import assert from 'node:assert/strict'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { connectBus } from '../../../bus/jetstream/connect.ts'
import { provisionStreams } from '../../../bus/jetstream/provision-streams.ts'
import { catalogue } from '../../../domain/catalogue/index.ts'
import { readBackup, restoreBackup, takeBackup } from '../../../infra/backup/backup.ts'
import { quiet, startBus } from '../../support/bus.ts'
import { startNats } from '../../support/nats.ts'
import { temporaryFolder, until } from '../../support/temporary.ts'
import { natsServerForTests } from '../../support/tools.ts'

/** A bus with nothing on it. */
const emptyBus = async () => {
  await using started = new AsyncDisposableStack()
  const nats = started.use(await startNats(natsServerForTests()))
  const connection = await connectBus({ url: nats.url, name: 'test', log: quiet })
  started.defer(() => connection.nc.close())
  const all = started.move()
  return { connection, [Symbol.asyncDispose]: () => all.disposeAsync() }
}

test('streams come back with their sequences, what readers had answered stays answered, and nothing is passed over', async () => {
  await using bus = await startBus(catalogue, {})
  await using folder = await temporaryFolder()
  const { jsm, js } = bus.connection
  for (const n of Array(1200).keys()) await bus.emit('task.created', `task-${n}`, { title: 'x'.repeat(400) })
  await jsm.streams.purge('EVENTS', { keep: 1000 })
  await jsm.consumers.add('EVENTS', { durable_name: 'reader', ack_policy: 'explicit', filter_subjects: ['task.created.*'] })
  const reader = await js.consumers.get('EVENTS', 'reader')
  const [first, second, third] = [await reader.next(), await reader.next(), await reader.next()]
  await first?.ackAck()
  await third?.ackAck()
  const into = join(folder.path, 'backup')
  // More comes in while it is taken.
  const more = (async () => {
    for (const n of Array(200).keys()) await bus.emit('task.created', `later-${n}`, { title: 'Later' })
  })()
  await takeBackup({ connection: bus.connection, into, dataDir: undefined })
  await more

  await using other = await emptyBus()
  await restoreBackup(await readBackup(into), into, other.connection, folder.path)
  const { state } = await other.connection.jsm.streams.info('EVENTS')
  assert.equal(state.first_seq, 201)
  const restored = await other.connection.jsm.streams.getMessage('EVENTS', { seq: 777 })
  const original = await jsm.streams.getMessage('EVENTS', { seq: 777 })
  assert.deepEqual([restored?.subject, restored?.time], [original?.subject, original?.time])
  const next = await (await other.connection.js.consumers.get('EVENTS', 'reader')).next()
  assert.equal(next?.seq, second?.seq)
  // MEMORY goes on where it was, and has nothing twice.
  await provisionStreams(other.connection.jsm, catalogue)
  await other.connection.js.publish('task.created.after', '{}')
  await until(
    async () => (await other.connection.jsm.streams.info('MEMORY', { subjects_filter: '*.*.after' })).state.subjects !== undefined,
  )
  const memory = (await other.connection.jsm.streams.info('MEMORY', { subjects_filter: '>' })).state
  assert.equal(memory.messages, memory.num_subjects)
  assert.ok(memory.messages > state.messages)
})

test('a backup is whole or none, goes into a place of its own, and comes back into an empty place only', async () => {
  await using bus = await startBus(catalogue, {})
  await using folder = await temporaryFolder()
  await writeFile(join(folder.path, 'something'), '')
  const { connection } = bus
  await assert.rejects(takeBackup({ connection, into: folder.path, dataDir: undefined }), /is not empty/)
  await assert.rejects(readBackup(folder.path), /no backup, or one that was broken off/)
  const into = join(folder.path, 'backup')
  const backup = await takeBackup({ connection, into, dataDir: undefined })
  await assert.rejects(restoreBackup(backup, into, connection, folder.path), /has .*EVENTS.* already/)
  const [file = ''] = (await readdir(into)).filter((name) => name.startsWith('EVENTS'))
  await writeFile(join(into, file), 'spoilt')
  await using other = await emptyBus()
  await assert.rejects(restoreBackup(backup, into, other.connection, folder.path), /EVENTS\.snapshot is damaged/)
})
