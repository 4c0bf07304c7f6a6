import assert from 'node:assert/strict'
import { test } from 'node:test'
import { catalogue } from '../../../domain/catalogue/index.ts'
import admit from '../../../functions/intake/admit.ts'
import takeDecisions from '../../../functions/intake/take-decisions.ts'
import { ConfigSchema } from '../../../infra/config/config-schema.ts'
import { startBus } from '../../support/bus.ts'

const planHash = 'a'.repeat(64)
const services = { config: ConfigSchema.parse({}), sandbox: { missing: null } }
const both = { admit, 'take-decisions': takeDecisions }

test('an approval waits behind no new task, however many stand at the door', async () => {
  await using bus = await startBus(catalogue, both, { services })
  const { nc } = bus.connection
  nc.publish('task.created', JSON.stringify({ id: 'mine', title: 'x' }))
  await bus.until('task.created', 'mine')
  await bus.emit('gate.opened', 'mine', { planHash, expiresAt: new Date(Date.now() + 60_000).toISOString() })
  for (let n = 0; n < 500; n++) nc.publish('task.created', JSON.stringify({ id: `one-of-many-${n}`, title: 'x' }))
  nc.publish('plan.approved', JSON.stringify({ id: 'mine' }))
  const approval = await bus.until('plan.approved', 'mine')
  const last = await bus.until('task.created', 'one-of-many-499')
  assert.ok(approval.sequence < last.sequence, `${approval.sequence} after ${last.sequence}`)
})

test('after an upgrade decisions are read on from where the old reader of everything stood', async () => {
  const { takes: _, ...ofEverything } = admit
  await using bus = await startBus(catalogue, { admit: ofEverything }, { services, version: '0.1.0' })
  const { nc } = bus.connection
  nc.publish('plan.rejected', JSON.stringify({ id: 'mine' }))
  await bus.until('request.refused', 'door-1')
  await bus.runtime.stop()
  nc.publish('task.created', JSON.stringify({ id: 'mine', title: 'x' }))
  nc.publish('plan.rejected', JSON.stringify({ id: 'other' }))
  await bus.another(both, { version: '0.2.0' })
  await bus.until('task.created', 'mine')
  await bus.until('request.refused', 'door-3')
  assert.equal((await bus.facts('door-1')).length, 1)
  const { config } = await bus.connection.jsm.consumers.info('DOOR', 'take-decisions')
  assert.equal(config.opt_start_seq, 2)
})
