import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Connection, connectBus } from '../../../bus/jetstream/connect.ts'
import { followEvents, lifeOfEvents, type StreamLife } from '../../../bus/jetstream/tail.ts'
import { quiet } from '../../support/bus.ts'
import { startNats } from '../../support/nats.ts'
import { until } from '../../support/temporary.ts'
import { natsServerForTests } from '../../support/tools.ts'

/** A stream EVENTS, a tail of it, and a switch that makes the connection tell of a reconnect. */
const followed = async () => {
  await using started = new AsyncDisposableStack()
  const nats = started.use(await startNats(natsServerForTests()))
  const real = await connectBus({ url: nats.url, name: 'test', log: quiet })
  started.defer(() => real.close())
  const listeners = new Set<() => void>()
  const onReconnect = (listener: () => void) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }
  const connection: Connection = { ...real, onReconnect }
  const { jsm } = connection
  const make = () => jsm.streams.add({ name: 'EVENTS', subjects: ['task.*.*'] })
  await make()
  const losses: string[] = []
  const all = started.move()
  const start = (born: StreamLife): void => {
    const onLost = (why: string): void => void losses.push(why)
    const tail = followEvents(connection, { filters: ['task.*.*'], born, onMessage: () => undefined, onLost, log: quiet })
    all.defer(() => tail.stop())
  }
  const remake = async () => {
    await jsm.streams.delete('EVENTS')
    await make()
  }
  const reconnect = (): void => {
    for (const listener of [...listeners]) listener()
  }
  return { connection, start, remake, reconnect, listeners, losses, [Symbol.asyncDispose]: () => all.disposeAsync() }
}

test('two quick reconnects on a lost store end the tail once, and no reconnect wakes it again', async () => {
  await using bus = await followed()
  const { connection, losses } = bus
  bus.start(await lifeOfEvents(connection))
  await bus.remake()
  bus.reconnect()
  bus.reconnect()
  await until(() => losses.length > 0)
  // Both looks asked the same server before this question: their answers came before its.
  await lifeOfEvents(connection)
  await until(() => bus.listeners.size === 0)
  assert.equal(losses.length, 1)
})

test('a store that was lost between the reading and the following is noticed', async () => {
  await using bus = await followed()
  const born = await lifeOfEvents(bus.connection)
  await bus.remake()
  bus.start(born)
  await until(() => bus.losses.length > 0)
})
