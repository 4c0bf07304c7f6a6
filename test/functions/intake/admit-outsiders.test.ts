import assert from 'node:assert/strict'
import { test } from 'node:test'
import admitOutsiders from '../../../functions/intake/admit-outsiders.ts'
import { created, fact, failed, storyOf } from '../../support/facts.ts'
import { given } from '../../support/given.ts'

const later = { now: '2026-01-01T13:00:00.000Z' }
const cause = `door-7-${Date.parse('2026-01-01T12:00:00.000Z')}`
const guidance = { id: 'task-1', guidance: 'another way' }
const before = [created(), failed()]

test('what an older version decided on in its turn is not decided on again, so that nothing is tried again twice', async () => {
  await given(...before)
    .whenAsked('task.retried', guidance, later)
    .of(admitOutsiders)
    .then('task.retried')
  const retried = { ...fact('task.retried', { by: 'nats', channel: 'nats', guidance: 'another way' }), causedBy: cause }
  const taken = given(...before, retried, failed()).whenAsked('task.retried', guidance, later)
  assert.deepEqual((await taken.of(admitOutsiders).outcome()).events, [])
  const noted = storyOf('door-7', fact('request.refused', { subject: 'task.retried', sequence: 7, faults: ['no'] }))
  const refused = given(...before, noted).whenAsked('task.retried', guidance, later)
  assert.deepEqual((await refused.of(admitOutsiders).outcome()).events, [])
})

test('with no room on the disk a task of an outsider is refused with the reason, and what the gateway took is taken', async () => {
  const services = { disk: { shortage: async () => 'the disk of /data is full' } }
  const asked = { title: 'Fix the rounding', workflow: 'answer' }
  await given().whenAsked('task.created', asked, { services }).of(admitOutsiders).thenRefused('the disk of /data is full')
  await given(created()).whenAsked('task.cancelled', { id: 'task-1', reason: 'no' }, { services }).of(admitOutsiders).then('task.cancelled')
})

test('what nobody could do is refused an outsider with every reason, and of what the gateway took only what it asked already', async () => {
  const services = {
    agents: { names: () => [], has: () => false },
    model: { configured: false },
    git: { whyUnusable: async () => 'HEAD names no branch.' },
  }
  const asked = { title: 'Fix the rounding', project: 'shop', dependsOn: ['task-in-7'] }
  await given()
    .whenAsked('task.created', asked, { services })
    .of(admitOutsiders)
    .thenRefused(/cannot wait for itself/, /nobody can plan/, /nobody can write code/, /project: HEAD names no branch/)
  const taken = { ...asked, dependsOn: [] }
  await given().whenAsked('task.created', taken, { services, open: false }).of(admitOutsiders).then('task.created')
})
