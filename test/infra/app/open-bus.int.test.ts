import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { connect } from '@nats-io/transport-node'
import { readAll } from '../../../bus/jetstream/read.ts'
import { startRuntime } from '../../../bus/runtime/runtime.ts'
import { catalogue } from '../../../domain/catalogue/index.ts'
import { taskStory } from '../../../domain/task-story.ts'
import { checkConfig } from '../../../infra/app/configuration.ts'
import { openBus } from '../../../infra/app/open-bus.ts'
import { noBlobs, quiet } from '../../support/bus.ts'
import { doorReaders } from '../../support/door-readers.ts'
import { startNats } from '../../support/nats.ts'
import { PATIENCE_MS } from '../../support/patience.ts'
import { servicesWith } from '../../support/services.ts'
import { temporaryFolder, until } from '../../support/temporary.ts'
import { natsServerForTests } from '../../support/tools.ts'

test('on a server of somebody else outsiders reach the door with the accounts that SECURITY.md names, and replicas keep the order there', async () => {
  const [, accounts = ''] = /```\n(accounts \{.*?)```/s.exec(await readFile('SECURITY.md', 'utf8')) ?? []
  await using nats = await startNats(natsServerForTests(), { more: accounts.replace('$CORTEX_PASSWORD', 'word') })
  await using folder = await temporaryFolder()
  const natsUrl = nats.url.replace('://', '://cortex:word@')
  const config = checkConfig('test', {})
  const loaded = { config, file: null, dataDir: folder.path, cacheDir: '', natsUrl }
  await using bus = await openBus({ loaded, env: {}, log: quiet }, [])
  const services = servicesWith(config)
  const of = { catalogue, model: taskStory, ...bus, functions: new Map(Object.entries(doorReaders)), blobs: noBlobs, services, log: quiet }
  await using _ = await startRuntime({ ...of, ackWaitMs: 1000, graceMs: 500 })
  const outsider = await connect({ servers: nats.url })
  await outsider.request('task.created', JSON.stringify({ id: 'of-an-outsider', title: 'x' }), { timeout: PATIENCE_MS })
  await outsider.close()
  await until(async () => (await readAll(bus.connection, 'EVENTS', ['task.created.of-an-outsider'])).length === 1)
  // One request at a time for all replicas together.
  const undecided = ['admit-outsiders', 'take-outsiders-decisions'].map(async (reader) => {
    const { config: durable } = await bus.connection.jsm.consumers.info('DOOR', reader)
    return durable.max_ack_pending
  })
  assert.deepEqual(await Promise.all(undecided), [1, 1])
})
