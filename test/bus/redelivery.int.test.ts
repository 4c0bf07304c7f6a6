import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startBus } from '../support/bus.ts'
import { chainCatalogue, chainFunction } from '../support/chain.ts'

/** A function that works until it is let go, and counts how often it began. */
const slow = () => {
  const go = Promise.withResolvers<void>()
  const began = Promise.withResolvers<void>()
  const counted = { runs: 0, go: go.resolve, began: began.promise }
  const act = chainFunction({
    on: ['task.created'],
    emits: ['link.first'],
    timeout: '60s',
    retry: { attempts: 1, backoff: ['1s'] },
    effect: true,
    handler: async ({ say }) => {
      counted.runs++
      began.resolve()
      await go.promise
      return [say('link.first', { n: counted.runs })]
    },
  })
  const after = chainFunction({
    on: ['link.first'],
    emits: ['link.second'],
    timeout: '5s',
    retry: { attempts: 1, backoff: ['1s'] },
    handler: ({ event, say }) => [say('link.second', { n: event.data.n })],
  })
  return { counted, functions: { act, after } }
}

const beginOn = async (functions: Parameters<typeof startBus<typeof chainCatalogue, undefined>>[1]) =>
  startBus(chainCatalogue, functions, { ackWaitMs: 500 })

test('a bus that stood still for longer than the ack wait does not make a handler at work begin a second time', async () => {
  const { counted, functions } = slow()
  await using bus = await beginOn(functions)
  await bus.emit('task.created', 'a', { n: 1 })
  await counted.began
  await bus.nats.freeze(2000)
  // Another message of the same consumer shows that what was redelivered has come.
  await bus.emit('task.created', 'b', { n: 1 })
  while (counted.runs < 2) await new Promise((resolve) => setTimeout(resolve, 20))
  await new Promise((resolve) => setTimeout(resolve, 1000))
  assert.equal(counted.runs, 2)
  counted.go()
  await bus.until('link.second', 'a')
  assert.equal((await bus.facts('a')).length, 3)
})

test('a bus that was killed and started again does not make a handler at work begin a second time', async () => {
  const { counted, functions } = slow()
  await using bus = await beginOn(functions)
  await bus.emit('task.created', 'a', { n: 1 })
  await counted.began
  await bus.nats.kill()
  await new Promise((resolve) => setTimeout(resolve, 1500))
  await bus.nats.restart()
  await bus.emit('task.created', 'b', { n: 1 })
  while (counted.runs < 2) await new Promise((resolve) => setTimeout(resolve, 20))
  await new Promise((resolve) => setTimeout(resolve, 1500))
  assert.equal(counted.runs, 2)
  counted.go()
  await bus.until('link.second', 'a')
})
