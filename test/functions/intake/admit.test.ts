import assert from 'node:assert/strict'
import { test } from 'node:test'
import admit from '../../../functions/intake/admit.ts'
import {
  atTheGate,
  blocked,
  cancelled,
  coding,
  created,
  doubted,
  doubtHash,
  drafted,
  escalated,
  fact,
  failed,
  finishing,
  planHash,
  planning,
  retried,
  reviewing,
  storyOf,
} from '../../support/facts.ts'
import { given } from '../../support/given.ts'
import { config } from '../../support/stubs.ts'

const asCli = { open: false }
const first = { filter: '*.*.task-1', sequence: 0 }

test('a new task is created under its id, only if there is none of that id', () =>
  given()
    .whenAsked('task.created', { id: 'task-1', title: 'Fix the total', project: 'shop' })
    .of(admit)
    .then(
      'task.created',
      { title: 'Fix the total', project: 'shop', priority: 5, category: 'general', by: 'nats', channel: 'nats' },
      { id: 'task-1', guard: first },
    ))

test('over an open subject nobody is who he says', () =>
  given()
    .whenAsked('task.created', { title: 'x', by: 'the boss', channel: 'cli' }, { messageId: 'order-1' })
    .of(admit)
    .then('task.created', { by: 'nats', channel: 'nats' }, { id: 'order-1' }))

test('by the system’s own door the caller is named', () =>
  given()
    .whenAsked('task.created', { title: 'x', by: 'ada', channel: 'cli' }, asCli)
    .of(admit)
    .then('task.created', { by: 'ada', channel: 'cli' }, { id: 'task-in-7' }))

test('a task is as old as the system’s own door says; over an open subject nobody says since when he waits', async () => {
  const body = { id: 'task-1', title: 'x', requestedAt: '2026-01-02T03:04:05.006Z' }
  await given().whenAsked('task.created', body, asCli).of(admit).then('task.created', { requestedAt: body.requestedAt })
  await given().whenAsked('task.created', body).of(admit).then('task.created', { requestedAt: undefined })
  const again = { ...body, requestedAt: '2026-01-02T03:04:06.007Z' }
  await given(created({ title: 'x', project: undefined, requestedAt: body.requestedAt }))
    .whenAsked('task.created', again, { ...asCli, conflicts: 1 })
    .of(admit)
    .then('request.repeated', {})
})

test('a refusal has all faults, in the story of its place at the door', () =>
  given()
    .whenAsked('task.created', { title: '', priority: 2 })
    .of(admit)
    .then('request.refused', { subject: 'task.created', sequence: 7, faults: [/title/, /priority is 1/] }, { id: 'door-7' }))

test('an unknown project and a task that would wait for itself are refused at once', () =>
  given(storyOf('task-0', created()))
    .whenAsked('task.created', { title: 'x', project: 'attic', dependsOn: ['task-0', 'task-in-7'] })
    .of(admit)
    .thenRefused(/"attic" is not in cortex\.toml/, /cannot wait for itself: task-in-7 -> task-in-7/))

test('a task may be created before the ones that it depends on', () =>
  given()
    .whenAsked('task.created', { id: 'task-1', title: 'x', dependsOn: ['task-2'] })
    .of(admit)
    .then('task.created', { dependsOn: ['task-2'] }, { id: 'task-1' }))

test('the last of several that would wait for each other in a ring is refused, and told the ring', () =>
  given(
    storyOf('a', created({ dependsOn: ['b'] }), blocked('b')),
    storyOf('b', created({ dependsOn: ['c', 'task-1'] }), blocked('c', 'task-1')),
  )
    .whenAsked('task.created', { id: 'task-1', title: 'x', dependsOn: ['a'] })
    .of(admit)
    .thenRefused('dependsOn: a task cannot wait for itself: task-1 -> a -> b -> task-1'))

test('a ring that waits for nothing any more is none', () =>
  given(storyOf('a', created({ dependsOn: ['task-1'] }), blocked('task-1'), failed()))
    .whenAsked('task.created', { id: 'task-1', title: 'x', dependsOn: ['a'] })
    .of(admit)
    .then('task.created', {}, { id: 'task-1' }))

test('the same creation again is the same task', () =>
  given(created({ by: 'nats', channel: 'nats' }))
    .whenAsked('task.created', { id: 'task-1', title: 'Fix the total', project: 'shop' }, { conflicts: 1 })
    .of(admit)
    .then('request.repeated', { task: 'task-1', sequence: 7 }, { id: 'door-7' }))

test('so it is after a retry that says that the task shall mend the base', () =>
  given(created({ by: 'nats', channel: 'nats' }), escalated(), retried('', { mendBase: true }))
    .whenAsked('task.created', { id: 'task-1', title: 'Fix the total', project: 'shop' }, { conflicts: 1 })
    .of(admit)
    .then('request.repeated', { task: 'task-1' }))

test('other content under a known id is refused', () =>
  given(created())
    .whenAsked('task.created', { id: 'task-1', title: 'Another' }, { conflicts: 1 })
    .of(admit)
    .thenRefused('id: task-1 is another task already ("Fix the total")'))

test('an id under which only something else was noted is free for a task', () =>
  given(storyOf('door-3', fact('request.refused', { subject: 'x', sequence: 3, faults: ['no'] })))
    .whenAsked('task.created', { id: 'door-3', title: 'x' }, { conflicts: 1 })
    .of(admit)
    .then('task.created', {}, { id: 'door-3', guard: { filter: '*.*.door-3', sequence: 1 } }))

test('an approval becomes a fact about the plan at the gate, guarded by all that was read', () =>
  given(atTheGate())
    .whenAsked('plan.approved', { id: 'task-1', by: 'ada', channel: 'cli', reason: 'good' }, asCli)
    .of(admit)
    .then(
      'plan.approved',
      { planHash, by: 'ada', channel: 'cli', reason: 'good' },
      { id: 'task-1', guard: { filter: '*.*.task-1', sequence: 6 } },
    ))

test('an approval by an open subject is nats’s, and the operator may exclude it', async () => {
  const body = { id: 'task-1', by: 'the boss', channel: 'cli' }
  await given(atTheGate()).whenAsked('plan.approved', body).of(admit).then('plan.approved', { by: 'nats', channel: 'nats' })
  await given(atTheGate())
    .whenAsked('plan.approved', body, { services: { config: config({ gate: { channels: ['cli'] } }) } })
    .of(admit)
    .thenRefused('decisions about plans are not taken from "nats" ([gate] channels)')
})

test('an approval that comes before its gate is open is refused, also with the right hash', () =>
  given(planning(), drafted())
    .whenAsked('plan.approved', { id: 'task-1', planHash })
    .of(admit)
    .thenRefused(/the gate of task-1 is not open yet/))

test('an approval of the wrong plan is refused, and says about which task', async () => {
  const run = given(atTheGate())
    .whenAsked('plan.approved', { id: 'task-1', planHash: 'f'.repeat(64) })
    .of(admit)
  await run.then('request.refused', { task: 'task-1' }, { id: 'door-7' })
})

test('a rejection and a wish for changes carry their reasons', async () => {
  await given(atTheGate())
    .whenAsked('plan.rejected', { id: 'task-1', reason: 'too large' })
    .of(admit)
    .then('plan.rejected', { reason: 'too large', planHash })
  await given(atTheGate())
    .whenAsked('plan.questioned', { id: 'task-1', reason: 'use integers' })
    .of(admit)
    .then('plan.questioned', { reason: 'use integers', planHash })
})

test('cancelling, retrying and another priority become facts of the task', async () => {
  await given(coding())
    .whenAsked('task.cancelled', { id: 'task-1', reason: 'not needed' })
    .of(admit)
    .then('task.cancelled', { by: 'nats', reason: 'not needed' }, { id: 'task-1' })
  await given(coding(), escalated())
    .whenAsked('task.retried', { id: 'task-1', guidance: 'smaller' })
    .of(admit)
    .then('task.retried', { guidance: 'smaller' })
  await given(created())
    .whenAsked('task.reprioritised', { id: 'task-1', priority: 1 })
    .of(admit)
    .then('task.reprioritised', { priority: 1 })
})

test('a cancellation that comes during the delivery is refused', () =>
  given(reviewing(), finishing())
    .whenAsked('task.cancelled', { id: 'task-1' })
    .of(admit)
    .thenRefused(/too late to cancel/))

test('a running task is not retried', () =>
  given(coding())
    .whenAsked('task.retried', { id: 'task-1' })
    .of(admit)
    .thenRefused(/has not ended/))

test('the same cancellation again changes nothing', () =>
  given(coding(), cancelled()).whenAsked('task.cancelled', { id: 'task-1' }).of(admit).then('request.repeated', { task: 'task-1' }))

test('a task is resumed at the system’s own door alone', async () => {
  const body = { id: 'task-1', function: 'write-code', by: 'ada', channel: 'cli' }
  await given(coding(), escalated())
    .whenAsked('task.resumed', body)
    .of(admit)
    .thenRefused(/nothing can be asked for/)
  await given(coding(), escalated('it gave up', 'function_failed'))
    .whenAsked('task.resumed', body, asCli)
    .of(admit)
    .then('task.resumed', { function: 'write-code', by: 'ada' }, { id: 'task-1' })
})

test('an approval of a change of the tests is a fact of its own', () =>
  given(reviewing(), doubted())
    .whenAsked('plan.approved', { id: 'task-1', planHash: doubtHash, by: 'ada', channel: 'cli' }, asCli)
    .of(admit)
    .then('yardstick.approved', { hash: doubtHash, by: 'ada', channel: 'cli' }, { id: 'task-1' }))

test('what cannot be read is refused and not dropped', () =>
  given()
    .whenAsked('plan.approved', '{')
    .of(admit)
    .thenRefused(/no JSON/))

test('nothing that comes to the door makes it throw', async () => {
  const bodies = [
    '',
    '{}',
    '[]',
    'null',
    '0',
    '"x"',
    '{"id":{}}',
    '{"id":"task-1","by":[],"channel":{}}',
    '{"__proto__":{"id":"x"}}',
    '\u0000',
    '{"id":"task-1","planHash":7}',
  ]
  const types = [
    'task.created',
    'plan.approved',
    'plan.rejected',
    'plan.questioned',
    'task.cancelled',
    'task.retried',
    'task.reprioritised',
    'task.resumed',
    'x.y',
    'toString',
  ]
  for (const type of types)
    for (const body of bodies)
      for (const open of [true, false]) {
        const { events } = await given(atTheGate()).whenAsked(type, body, { open }).of(admit).outcome()
        assert.equal(events.length, 1, `${type} ${body}`)
      }
})
