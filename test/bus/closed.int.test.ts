import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { pino } from 'pino'
import { BusUnavailable } from '../../bus/errors.ts'
import { connectBus } from '../../bus/jetstream/connect.ts'
import { consumeDurable } from '../../bus/jetstream/consume.ts'
import { followEvents, lifeOfEvents } from '../../bus/jetstream/tail.ts'
import { quiet, startBus } from '../support/bus.ts'
import { chainCatalogue, chainFunction } from '../support/chain.ts'
import { startNats } from '../support/nats.ts'
import { natsServerForTests } from '../support/tools.ts'

describe('a connection that is closed for good', { concurrency: 4 }, () => {
  test('a login that is revoked closes the connection for good, with the reason', async () => {
    await using nats = await startNats(natsServerForTests(), { password: 'old' })
    const connection = await connectBus({ url: nats.url, name: 'test', user: 'cortex', pass: 'old', log: quiet })
    await nats.setPassword('new')
    const why = await connection.closed
    assert.ok(why instanceof BusUnavailable)
    assert.match(why.message, /^the connection to NATS at nats:\/\/127\.0\.0\.1:\d+ is closed for good: .*Authorization/i)
  })

  test('closing it ourselves is no failure', async () => {
    await using nats = await startNats(natsServerForTests())
    const connection = await connectBus({ url: nats.url, name: 'test', log: quiet })
    await connection.close()
    assert.equal(await connection.closed, undefined)
  })

  test('nothing pulls, follows or warns any more on a connection that is closed for good', async () => {
    await using bus = await startBus(chainCatalogue, {})
    const told: string[] = []
    const log = pino({ level: 'warn' }, { write: (line) => void told.push(line) })
    const connection = await connectBus({ url: bus.nats.url, name: 'other', log })
    await connection.jsm.consumers.add('EVENTS', { durable_name: 'reader' })
    const nothing = (): void => undefined
    const consumption = consumeDurable(connection, { stream: 'EVENTS', durable: 'reader', slots: 1, onDelivery: nothing, log })
    const born = await lifeOfEvents(connection)
    const tail = followEvents(connection, { filters: ['task.*.*'], born, onMessage: nothing, onLost: nothing, log })
    await connection.nc.close()
    await Promise.all([consumption.ended, tail.ended])
    assert.match((await connection.closed)?.message ?? '', /it was closed in this process/)
    assert.deepEqual(told, [])
  })

  test('a handler at work when the connection closes gives up, and the runtime stops', async () => {
    const began = Promise.withResolvers<void>()
    const go = Promise.withResolvers<void>()
    const act = chainFunction({
      on: ['task.created'],
      emits: ['link.first'],
      timeout: '60s',
      retry: { attempts: 3, backoff: ['10ms'] },
      handler: async ({ say }) => {
        began.resolve()
        await go.promise
        return [say('link.first', { n: 1 })]
      },
    })
    await using bus = await startBus(chainCatalogue, { act })
    await bus.emit('task.created', 'a', { n: 1 })
    await began.promise
    await bus.connection.nc.close()
    go.resolve()
    await bus.runtime.stop()
    assert.deepEqual(bus.runtime.running(), [])
  })
})
