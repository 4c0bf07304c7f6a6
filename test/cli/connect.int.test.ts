import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Svcm } from '@nats-io/services'
import { connect } from '@nats-io/transport-node'
import { openCortex } from '../../cli/connect.ts'
import { startNats } from '../support/nats.ts'
import { OPERATOR_SECRET, startServices } from '../support/services.ts'
import { natsServerForTests } from '../support/tools.ts'

test('an older system that runs is asked nothing that it would do in nobody’s name: the command says that it is to be restarted, and still reads', async () => {
  await using nats = await startNats(natsServerForTests())
  const older = await connect({ servers: nats.url })
  const asked: string[] = []
  const service = await new Svcm(older).add({ name: 'cortex', version: '0.0.9', description: 'an older system' })
  for (const name of ['cancel', 'list'])
    service.addGroup('cortex.task').addEndpoint(name, {
      handler: (_error, message) => {
        asked.push(name)
        message.respond(JSON.stringify({ tasks: [], id: 'a', outcome: 'task.cancelled' }))
      },
    })
  await using cortex = await openCortex({ url: nats.url, secret: OPERATOR_SECRET }, 'cli')
  await assert.rejects(cortex.ask('cancel', { id: 'a' }), /the running system is an older version \(0\.0\.9\).*restart it with "cortex up"/)
  await cortex.ask('list', {})
  assert.deepEqual(asked, ['list'])
  await older.close()
})

test('a system that knows how it is shown who asks is asked at once', async () => {
  await using system = await startServices()
  await using cortex = await openCortex({ url: system.bus.nats.url, secret: OPERATOR_SECRET }, 'cli')
  const { id } = await cortex.ask('create', { title: 'x' })
  const { data } = await system.bus.until('task.created', id)
  assert.equal('title' in data && data.channel, 'cli')
})
