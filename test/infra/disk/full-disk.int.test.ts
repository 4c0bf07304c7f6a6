import assert from 'node:assert/strict'
import { test } from 'node:test'
import { errors } from '@nats-io/transport-node'
import { connectBus } from '../../../bus/jetstream/connect.ts'
import { watchDisk } from '../../../infra/disk/watch-disk.ts'
import { startNatsServer } from '../../../infra/nats/nats-server.ts'
import { quiet } from '../../support/bus.ts'
import { mountSmallDisk, noSmallDisk } from '../../support/small-disk.ts'
import { until } from '../../support/temporary.ts'
import { natsServerForTests } from '../../support/tools.ts'

const skip = await noSmallDisk()

test('a server that could not write to a full disk writes again when there is room, and has all that it acknowledged', {
  skip,
}, async () => {
  await using disk = await mountSmallDisk(40)
  await using nats = await startNatsServer({ dataDir: `${disk.path}/nats`, port: 0, sync: 'fast', binary: natsServerForTests() })
  const { user, password: pass, inboxPrefix } = nats.logins.cortex
  const { nc, jsm, close } = await connectBus({ url: nats.url, name: 'test', user, pass, inboxPrefix, log: quiet })
  await using _connection = { [Symbol.asyncDispose]: close }
  await jsm.streams.add({ name: 'EVENTS', subjects: ['a.>'] })
  let acknowledged = 0
  // A server that is started again meanwhile says no or nothing.
  const isStored = async (): Promise<boolean> => {
    try {
      const reply = await nc.request('a.b', 'x'.repeat(5000), { timeout: 500 })
      const { seq = 0 } = reply.json<{ seq?: number }>()
      if (seq > 0) acknowledged += 1
      return seq > 0
    } catch (error) {
      assert.ok(
        Object.values(errors).some((known) => error instanceof known),
        String(error),
      )
      return false
    }
  }
  await until(isStored)
  using watched = watchDisk({ place: disk.path, lowMb: 256, server: nats, log: quiet, everyMs: 50 })
  await disk.fill()
  await until(async () => !(await isStored()))
  assert.match((await watched.shortage()) ?? '', /is full/)
  await disk.free()
  await until(async () => (await watched.shortage()) === undefined)
  await until(isStored)
  const { state } = await jsm.streams.info('EVENTS')
  assert.ok(state.messages >= acknowledged, `${state.messages} of ${acknowledged}`)
})
