import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Connection, connectBus } from '../../../bus/jetstream/connect.ts'
import { provisionStreams } from '../../../bus/jetstream/provision-streams.ts'
import { catalogue } from '../../../domain/catalogue/index.ts'
import { readBackup, restoreBackup, takeBackup } from '../../../infra/backup/backup.ts'
import { quiet, startBus } from '../../support/bus.ts'
import { startNats } from '../../support/nats.ts'
import { startCluster } from '../../support/nats-cluster.ts'
import { temporaryFolder, until } from '../../support/temporary.ts'
import { natsServerForTests } from '../../support/tools.ts'

const open = async (url: string, replicas?: number): Promise<Connection & AsyncDisposable> => {
  const connection = await connectBus({ url, name: 'test', streams: { replicas }, log: quiet })
  return { ...connection, [Symbol.asyncDispose]: () => connection.nc.close() }
}

const move = async (from: Connection, to: Connection, folder: string): Promise<void> => {
  await takeBackup({ connection: from, into: folder, dataDir: undefined })
  await restoreBackup(await readBackup(folder), folder, to, folder)
  await provisionStreams(to.jsm, catalogue, to.streams)
}

const look = async ({ jsm }: Connection) =>
  Object.fromEntries(
    (await jsm.streams.list().next()).map(({ config, state }) => [config.name, `${config.num_replicas} ${state.messages}`]),
  )

test('a backup of one server comes back on a cluster, threefold where that is wanted, and from there on one server', async () => {
  await using alone = await startBus(catalogue, {})
  await using folder = await temporaryFolder()
  await alone.emit('task.created', 'task-1', { title: 'Move house' })
  await until(async () => (await alone.connection.jsm.streams.info('MEMORY')).state.messages === 1)
  await alone.connection.jsm.consumers.add('EVENTS', { durable_name: 'reader', ack_policy: 'explicit' })
  {
    await using cluster = await startCluster(natsServerForTests())
    await using there = await open(cluster.url, 3)
    await move(alone.connection, there, join(folder.path, 'there'))
    const { MEMORY, EVENTS } = await look(there)
    assert.deepEqual([MEMORY, EVENTS], ['3 1', '3 1'])
    await there.jsm.streams.update('EVENTS', { placement: { cluster: 'test', tags: [] } })
    await there.jsm.consumers.update('EVENTS', 'reader', { num_replicas: 3 })
    await until(async () => (await there.jsm.streams.info('MEMORY')).state.messages === 1)
    await using back = await startNats(natsServerForTests())
    await using again = await open(back.url)
    await move(there, again, join(folder.path, 'back'))
    const streams = await look(again)
    assert.deepEqual([streams['MEMORY'], streams['EVENTS']], ['1 1', '1 1'])
    assert.equal((await again.jsm.consumers.info('EVENTS', 'reader')).num_pending, 1)
  }
})
