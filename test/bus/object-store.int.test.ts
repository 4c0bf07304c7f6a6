import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Objm } from '@nats-io/obj'
import { connectBus } from '../../bus/jetstream/connect.ts'
import { objectStoreBlobs } from '../../bus/jetstream/object-store.ts'
import { type BlobPlace, blobContract } from '../support/blob-contract.ts'
import { quiet } from '../support/bus.ts'
import { startNats } from '../support/nats.ts'
import { natsServerForTests } from '../support/tools.ts'

const BUCKET = 'cortex-blobs'

const open = async (): Promise<BlobPlace> => {
  await using started = new AsyncDisposableStack()
  const nats = started.use(await startNats(natsServerForTests()))
  const connect = async () => {
    const connection = await connectBus({ url: nats.url, name: 'blobs', log: quiet })
    started.defer(() => connection.nc.close())
    return connection
  }
  const connection = await connect()
  const blobs = await objectStoreBlobs(connection)
  const store = await new Objm(connection.nc).open(BUCKET)
  const place = started.move()
  return {
    blobs,
    another: async () => {
      const other = await connectBus({ url: nats.url, name: 'blobs-other', log: quiet })
      place.defer(() => other.nc.close())
      return objectStoreBlobs(other)
    },
    count: async () => (await store.list()).filter(({ deleted }) => !deleted).length,
    replace: async ({ key }, bytes) => {
      await store.putBlob({ name: key }, bytes)
    },
    hollow: async ({ key }) => {
      const info = await store.info(key)
      await connection.jsm.streams.purge(`OBJ_${BUCKET}`, { filter: `$O.${BUCKET}.C.${info?.nuid}` })
    },
    [Symbol.asyncDispose]: () => place.disposeAsync(),
  }
}

blobContract('NATS object store', open)

test('reading a blob leaves nothing behind on the bus, however often it is read', async () => {
  await using nats = await startNats(natsServerForTests())
  const connection = await connectBus({ url: nats.url, name: 'blobs', log: quiet })
  try {
    const blobs = await objectStoreBlobs(connection)
    const ref = await blobs.put('x'.repeat(300_000), 'text/plain')
    const texts = await Promise.all(Array.from({ length: 20 }, () => blobs.text(ref)))
    assert.deepEqual([...new Set(texts)].length, 1)
    const { state } = await connection.jsm.streams.info(`OBJ_${BUCKET}`)
    assert.equal(state.consumer_count, 0)
  } finally {
    await connection.nc.close()
  }
})
