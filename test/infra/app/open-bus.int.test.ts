import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { connect } from '@nats-io/transport-node'
import { readAll } from '../../../bus/jetstream/read.ts'
import { startRuntime } from '../../../bus/runtime/runtime.ts'
import { catalogue } from '../../../domain/catalogue/index.ts'
import { taskStory } from '../../../domain/task-story.ts'
import { openBus } from '../../../infra/app/open-bus.ts'
import { checkConfig } from '../../../infra/config/config.ts'
import { noBlobs, quiet } from '../../support/bus.ts'
import { doorReaders } from '../../support/door-readers.ts'
import { startNats } from '../../support/nats.ts'
import { servicesWith } from '../../support/services.ts'
import { temporaryFolder, until } from '../../support/temporary.ts'
import { natsServerForTests } from '../../support/tools.ts'

test('on a server of somebody else each connection has its share, with the accounts that SECURITY.md names', async () => {
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
  for (let n = 0; n < 3000; n++) outsider.publish('task.created', JSON.stringify({ id: `one-of-many-${n}`, title: 'x' }))
  await outsider.close()
  const refused = async (): Promise<string> =>
    (await readAll(bus.connection, 'EVENTS', ['request.refused.*'])).map((message) => message.body()).join('\n')
  await until(async () => /requests? of one connection/.test(await refused()))
})
