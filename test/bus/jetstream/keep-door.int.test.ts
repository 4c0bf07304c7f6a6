import assert from 'node:assert/strict'
import { test } from 'node:test'
import { knock } from '../../../bus/door.ts'
import { keepDoor } from '../../../bus/jetstream/keep-door.ts'
import { openDoorSubjects } from '../../../bus/subjects.ts'
import { catalogue } from '../../../domain/catalogue/index.ts'
import { ConfigSchema } from '../../../infra/config/config-schema.ts'
import { quiet, startBus } from '../../support/bus.ts'
import { doorReaders } from '../../support/door-readers.ts'
import { PATIENCE_MS } from '../../support/patience.ts'
import { servicesWith } from '../../support/services.ts'
import { until } from '../../support/temporary.ts'

const services = servicesWith(ConfigSchema.parse({}))
const room = { kept: { messages: 20, bytes: 1_000_000 }, most: { messages: 100, bytes: 1_000_000 } }
const signal = (): AbortSignal => AbortSignal.timeout(PATIENCE_MS)

test('what anybody publishes takes no more room than the door has: nobody takes it then, and all of it is decided in the end', async () => {
  await using bus = await startBus(catalogue, doorReaders, { services })
  const { connection } = bus
  const { nc, jsm } = connection
  await knock(connection, 'task.created', { id: 'own-0', title: 'x', by: 'ann', channel: 'cli' }, { signal: signal() })
  await bus.until('task.created', 'own-0')
  await jsm.consumers.pause('DOOR', 'admit-outsiders', new Date(Date.now() + 600_000))
  const of = {
    open: openDoorSubjects(catalogue),
    readers: Object.keys(doorReaders),
    shortage: async () => undefined,
    log: quiet,
    room,
    everyMs: 20,
  }
  await using _ = keepDoor(connection, of)
  const publish = (id: string): Promise<unknown> => nc.request('task.created', JSON.stringify({ id, title: 'x' }), { timeout: PATIENCE_MS })
  const taken: string[] = []
  const fill = async (): Promise<void> => {
    for (;;) {
      const id = `task-${taken.length}`
      await publish(id)
      taken.push(id)
    }
  }
  await assert.rejects(fill(), /no responders/i)
  assert.ok(taken.length > 100 && taken.length < 2000, String(taken.length))
  // What the system itself asks for is taken and decided meanwhile.
  await knock(connection, 'task.created', { id: 'own-1', title: 'x', by: 'ann', channel: 'cli' }, { signal: signal() })
  await bus.until('task.created', 'own-1')
  await jsm.consumers.resume('DOOR', 'admit-outsiders')
  await bus.until('task.created', taken.at(-1)!)
  await until(async () => (await jsm.streams.info('DOOR')).state.messages <= room.kept.messages)
  await until(() =>
    publish('again').then(
      () => true,
      () => false,
    ),
  )
  await bus.until('task.created', 'again')
  const { state } = await jsm.streams.info('EVENTS', { subjects_filter: 'task.created.*' })
  assert.deepEqual(
    [Object.keys(state.subjects ?? {}).length, new Set(Object.values(state.subjects ?? {}))],
    [taken.length + 3, new Set([1])],
  )
})

test('a door that holds little is asked for once at each look', async () => {
  await using bus = await startBus(catalogue, {}, { services })
  const { connection } = bus
  let [asked, looks] = [0, 0]
  connection.nc.subscribe('$JS.API.STREAM.INFO.DOOR', { callback: () => void asked++ })
  await connection.nc.flush()
  const shortage = async (): Promise<undefined> => void looks++
  await using _ = keepDoor(connection, { open: openDoorSubjects(catalogue), readers: [], shortage, log: quiet, room, everyMs: 10 })
  await until(() => looks >= 5)
  assert.ok(asked >= 5 && asked <= looks + 1, `${asked} in ${looks} looks`)
})
