import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as awayFor } from 'node:timers/promises'
import { startBus } from '../support/bus.ts'
import { chainCatalogue, chainFunction } from '../support/chain.ts'

/** A function that works until it is let go, and tells which stories it began, in order. */
const slow = () => {
  const go = Promise.withResolvers<void>()
  const begun: string[] = []
  const listeners = new Set<() => void>()
  /** Waits until it has begun a story. */
  const began = (id: string): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (begun.includes(id)) resolve()
      }
      listeners.add(look)
      look()
    })
  const act = chainFunction({
    on: ['task.created'],
    emits: ['link.first'],
    timeout: '60s',
    retry: { attempts: 1, backoff: ['1s'] },
    effect: true,
    handler: async ({ event, say }) => {
      begun.push(event.subject)
      for (const look of listeners) look()
      await go.promise
      return [say('link.first', { n: begun.length })]
    },
  })
  const after = chainFunction({
    on: ['link.first'],
    emits: ['link.second'],
    timeout: '5s',
    retry: { attempts: 1, backoff: ['1s'] },
    handler: ({ event, say }) => [say('link.second', { n: event.data.n })],
  })
  return { begun, began, go: go.resolve, functions: { act, after } }
}

const ACK_WAIT_MS = 500

const beginOn = async (functions: Parameters<typeof startBus<typeof chainCatalogue, undefined>>[1]) =>
  startBus(chainCatalogue, functions, { ackWaitMs: ACK_WAIT_MS })

/** What came again would have come before what is new, so two new messages of the same durable show that it began nothing. */
const beginTwoMore = async (bus: Awaited<ReturnType<typeof beginOn>>, began: (id: string) => Promise<void>): Promise<void> => {
  for (const id of ['b', 'c']) {
    await bus.emit('task.created', id, { n: 1 })
    await began(id)
  }
}

test('a bus that stood still for longer than the ack wait does not make a handler at work begin a second time', async () => {
  const { begun, began, go, functions } = slow()
  await using bus = await beginOn(functions)
  await bus.emit('task.created', 'a', { n: 1 })
  await began('a')
  await bus.nats.freeze(ACK_WAIT_MS * 2)
  await beginTwoMore(bus, began)
  assert.deepEqual(begun, ['a', 'b', 'c'])
  go()
  await bus.until('link.second', 'a')
  assert.equal((await bus.facts('a')).length, 3)
})

test('a bus that was killed and started again does not make a handler at work begin a second time', async () => {
  const { begun, began, go, functions } = slow()
  await using bus = await beginOn(functions)
  await bus.emit('task.created', 'a', { n: 1 })
  await began('a')
  await bus.nats.kill()
  await awayFor(ACK_WAIT_MS * 2)
  await bus.nats.restart()
  await beginTwoMore(bus, began)
  assert.deepEqual(begun, ['a', 'b', 'c'])
  go()
  await bus.until('link.second', 'a')
})
