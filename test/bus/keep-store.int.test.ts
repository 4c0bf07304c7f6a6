import assert from 'node:assert/strict'
import { test } from 'node:test'
import { objectStoreBlobs } from '../../bus/jetstream/object-store.ts'
import { startBus } from '../support/bus.ts'
import { chain, chainCatalogue, chainFunction } from '../support/chain.ts'
import { until } from '../support/temporary.ts'

test('when the store of the bus is gone, streams, consumers and the bucket are made anew and new tasks go through', async () => {
  await using bus = await startBus(chainCatalogue, chain())
  const blobs = await objectStoreBlobs(bus.connection)
  await bus.emit('task.created', 'a', { n: 1 })
  await bus.until('link.third', 'a')
  await blobs.put('before', 'text/plain')
  await bus.nats.wipe()
  await bus.nats.restart()
  await bus.emit('task.created', 'b', { n: 1 })
  await until(async () => (await bus.facts('b')).length === 4)
  assert.deepEqual(
    (await bus.facts('b')).map(({ type }) => type),
    ['task.created', 'link.first', 'link.second', 'link.third'],
  )
  assert.equal(await blobs.text(await blobs.put('after', 'text/plain')), 'after')
  assert.deepEqual(await bus.facts('a'), [])
})

test('what was at work when the store was lost is aborted and says nothing to the new one', async () => {
  const began = Promise.withResolvers<AbortSignal>()
  const act = chainFunction({
    on: ['task.created'],
    emits: ['link.first'],
    timeout: '60s',
    retry: { attempts: 1, backoff: ['1s'] },
    effect: true,
    handler: async ({ event, signal, say }) => {
      if (event.subject === 'b') return [say('link.first', { n: 2 })]
      began.resolve(signal)
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      return [say('link.first', { n: 1 })]
    },
  })
  await using bus = await startBus(chainCatalogue, { act })
  await bus.emit('task.created', 'a', { n: 1 })
  const signal = await began.promise
  await bus.nats.wipe()
  await bus.nats.restart()
  await bus.emit('task.created', 'b', { n: 1 })
  await until(async () => (await bus.facts('b')).length === 2)
  assert.ok(signal.aborted)
  assert.deepEqual(await bus.facts('a'), [])
  assert.deepEqual(bus.runtime.running(), [])
})
