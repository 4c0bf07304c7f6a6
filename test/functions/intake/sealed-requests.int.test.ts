import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DOOR_ID, knock } from '../../../bus/door.ts'
import { NotRetryable } from '../../../bus/errors.ts'
import { store } from '../../../bus/jetstream/publish.ts'
import { readOne } from '../../../bus/jetstream/read.ts'
import { listDeadLetters, redriveDeadLetter } from '../../../bus/runtime/dead-letters.ts'
import { SEAL, sealBy } from '../../../bus/seal.ts'
import { DOOR_MARK } from '../../../bus/subjects.ts'
import { catalogue } from '../../../domain/catalogue/index.ts'
import { ConfigSchema } from '../../../infra/config/config-schema.ts'
import { startBus } from '../../support/bus.ts'
import { doorReaders } from '../../support/door-readers.ts'
import { PATIENCE_MS } from '../../support/patience.ts'
import { servicesWith } from '../../support/services.ts'
import { until } from '../../support/temporary.ts'

const planHash = 'a'.repeat(64)
const config = ConfigSchema.parse({ gate: { channels: ['cli'] } })
const services = servicesWith(config)
const seal = sealBy('a key', 0)
const ann = { by: 'ann', channel: 'cli' }
const soon = (): { signal: AbortSignal } => ({ signal: AbortSignal.timeout(PATIENCE_MS) })

test('who has the credentials of the bus and not the key is nobody at the system’s own door, whatever he copies', async () => {
  await using bus = await startBus(catalogue, doorReaders, { services, seal })
  const { connection } = bus
  await knock(connection, 'task.created', { id: 'mine', title: 'x', ...ann }, soon())
  assert.equal('title' in (await bus.until('task.created', 'mine')).data, true)
  await bus.emit('gate.opened', 'mine', { planHash, expiresAt: new Date(Date.now() + 60_000).toISOString() })
  const forge = async (subject: string, body: object, headers: Record<string, string>, messageId: string): Promise<string> => {
    const sequence = await store(connection, [{ subject, headers, body: JSON.stringify(body), messageId }], soon().signal)
    return JSON.stringify((await bus.until('request.refused', `door-${sequence}`)).data)
  }
  const approval = { id: 'mine', planHash, reason: '', ...ann }
  assert.match(await forge('door.plan.approved', approval, { [DOOR_MARK]: '1' }, 'forged'), /not taken from \\"nats\\"/)
  // A request of another kind, and the same one under another id: their seals are not for this.
  const asked = await knock(connection, 'plan.approved', { ...approval, planHash: 'b'.repeat(64) }, soon())
  const sealed = (await readOne(connection, 'DOOR', asked))!
  const headers = Object.fromEntries(Object.entries(sealed.headers()).filter(([name]) => !name.startsWith('Nats-')))
  assert.ok(headers[SEAL])
  assert.match(await forge('door.plan.approved', approval, headers, 'another'), /not taken from/)
  const same = JSON.parse(sealed.body()) as object
  assert.match(await forge('door.plan.approved', same, headers, 'once more'), /not taken from/)
  assert.match(await forge('door.plan.approved', same, { ...headers, [DOOR_ID]: 'x' }, 'again'), /not taken from/)
  await knock(connection, 'plan.approved', approval, soon())
  assert.equal((await bus.until('plan.approved', 'mine')).type, 'plan.approved')
})

test('what the door gave up on is the system’s own when it is sent again, and what somebody laid among the dead letters is not', async () => {
  const door = { broken: true }
  const { admit } = doorReaders
  const fragile: typeof admit = {
    ...admit,
    handler: (context) => {
      if (door.broken) throw new NotRetryable('the door is jammed')
      return admit.handler(context)
    },
  }
  await using bus = await startBus(catalogue, { ...doorReaders, admit: fragile }, { services, seal })
  const { connection } = bus
  await knock(connection, 'task.created', { id: 'mine', title: 'x', ...ann }, soon())
  await until(async () => (await listDeadLetters(connection)).total === 1)
  door.broken = false
  const { headers, body } = (await readOne(connection, 'DLQ', 1))!
  const mine = Object.fromEntries(Object.entries(headers()).filter(([name]) => !name.startsWith('Nats-')))
  const forged = body().replace('"mine"', '"forged"')
  assert.notEqual(forged, body())
  await store(connection, [{ subject: 'dlq.admit.door', headers: mine, body: forged, messageId: 'forged' }], soon().signal)
  for (const number of [1, 2]) await redriveDeadLetter(connection, number, soon().signal)
  const by = async (id: string): Promise<unknown> =>
    (JSON.parse(JSON.stringify((await bus.until('task.created', id)).data)) as { by: string }).by
  assert.deepEqual([await by('mine'), await by('forged')], ['ann', 'nats'])
})
