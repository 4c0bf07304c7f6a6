import assert from 'node:assert/strict'
import { test } from 'node:test'
import { factSubject } from '../../../bus/subjects.ts'
import { catalogue } from '../../../domain/catalogue/index.ts'
import admitOutsiders from '../../../functions/intake/admit-outsiders.ts'
import { ConfigSchema } from '../../../infra/config/config-schema.ts'
import { startBus } from '../../support/bus.ts'
import { servicesWith } from '../../support/services.ts'

const startDoor = () =>
  startBus(
    catalogue,
    { 'admit-outsiders': admitOutsiders },
    {
      services: servicesWith(ConfigSchema.parse({ projects: { api: { path: '/nowhere' } } })),
    },
  )

const nested = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`

/** Bodies an outsider may send; none may keep the door from the next one. */
const strange: Record<string, string | Uint8Array> = {
  'a description that no message can carry': JSON.stringify({ title: 'x', description: 'd'.repeat(90_000) }),
  'metadata that no message can carry': JSON.stringify({ title: 'x', metadata: { m: 'd'.repeat(90_000) } }),
  'a key of 100,000 characters': JSON.stringify({ title: 'x', ['k'.repeat(100_000)]: 1 }),
  'ten thousand unknown keys': JSON.stringify(Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`key-number-${n}`, n]))),
  'metadata nested 8,000 deep': `{"title":"x","metadata":${nested(8000)}}`,
  'a body nested 150,000 deep': nested(150_000),
  'bytes that are no text': new Uint8Array([0x7b, 0xff, 0xfe, 0x00, 0x80, 0x7d]),
  'a body with __proto__': '{"title":"x","__proto__":{"by":"root"},"metadata":{"__proto__":{"a":1}}}',
  'a hundred unknown dependencies': JSON.stringify({
    title: 'x',
    dependsOn: Array.from({ length: 100 }, (_, n) => `${'d'.repeat(120)}${n}`),
  }),
  'a megabyte of nothing': ' '.repeat(1_000_000),
}

for (const [name, body] of Object.entries(strange))
  test(`${name} does not stop the door`, async () => {
    await using bus = await startDoor()
    bus.connection.nc.publish('task.created', body)
    bus.connection.nc.publish('task.created', JSON.stringify({ id: 'task-next', title: 'the next one' }))
    await bus.until('task.created', 'task-next')
  })

test('an answer that an outsider had stored under a task does not keep anybody from deciding about it', async () => {
  await using bus = await startDoor()
  bus.connection.nc.publish('task.created', JSON.stringify({ id: 'victim', title: 'a task' }))
  await bus.until('task.created', 'victim')
  // What the server does when the reply subject of a request is a fact's.
  bus.connection.nc.publish(factSubject('plan.approved', 'victim'), '{"stream":"DOOR","seq":1}')
  bus.connection.nc.publish('task.reprioritised', JSON.stringify({ id: 'victim', priority: 1 }))
  await bus.until('task.reprioritised', 'victim')
})

test('a request is judged by the story as it is, however fast the one before it was', async () => {
  await using bus = await startDoor()
  const { nc } = bus.connection
  nc.publish('task.created', JSON.stringify({ id: 'swift', title: 'a task' }))
  await bus.until('task.created', 'swift')
  nc.publish('task.cancelled', JSON.stringify({ id: 'swift' }))
  nc.publish('task.retried', JSON.stringify({ id: 'swift' }))
  nc.publish('task.cancelled', JSON.stringify({ id: 'swift', reason: 'again' }))
  await bus.until('task.retried', 'swift')
})

test('an end that is no fact ends no task, also not for a process that starts anew', async () => {
  await using bus = await startDoor()
  bus.connection.nc.publish('task.created', JSON.stringify({ id: 'victim', title: 'a task' }))
  await bus.until('task.created', 'victim')
  bus.connection.nc.publish(factSubject('task.completed', 'victim'), '{"stream":"DOOR","seq":1}')
  await bus.connection.nc.flush()
  const other = await bus.another({})
  assert.deepEqual(
    (await other.folds.openStates(0)).map(({ id }) => id),
    ['victim'],
  )
})
