import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  deadSubject,
  eventSubjects,
  factSubject,
  isId,
  liveSubject,
  memoryFilters,
  nounsOf,
  openDoorSubjects,
  retrySubject,
  scheduleSubject,
  storyFilter,
} from '../../bus/subjects.ts'
import { catalogue } from '../../domain/catalogue/index.ts'
import { chainCatalogue } from '../support/chain.ts'

test('an id is one token that no subject can misread', () => {
  for (const id of ['a', 'task-1', 'T_9', '0', 'a'.repeat(128)]) assert.ok(isId(id), id)
  for (const id of ['', '-a', '_a', 'a.b', '*', '>', 'a b', 'ä', 'a\n', 'a'.repeat(129), 7, null, undefined, {}])
    assert.ok(!isId(id), String(id))
})

test('every fact has a subject of three tokens that its story and its noun match', () => {
  for (const type of Object.keys(catalogue)) assert.match(`${factSubject(type, 'task-1')}`, /^[a-z]+\.[a-z_]+\.task-1$/)
  assert.equal(storyFilter('task-1'), '*.*.task-1')
})

test('no story and no guard can match copies of retries, schedules, dead letters or live output', () => {
  const others = [retrySubject('f', 'task-1', 'e'), scheduleSubject('f', 'task-1', 'e'), liveSubject('task-1', 'f', 'agent')]
  for (const subject of others) assert.equal(subject.split('.').length, 4, subject)
  assert.equal(deadSubject('f', 'task-1'), 'dlq.f.task-1')
  assert.ok(!nounsOf(catalogue).includes('dlq'), 'dead letters lie in a stream of their own')
})

test('the stream takes every noun, and no noun stands for the system’s own subjects', () => {
  assert.deepEqual(eventSubjects(catalogue).slice(-2), ['retry.>', 'sched.>'])
  for (const noun of ['retry', 'sched', 'door', 'live', 'dlq']) assert.ok(!nounsOf(catalogue).includes(noun), noun)
})

test('the open door is what its catalogue entries say and nothing else', () =>
  assert.deepEqual(openDoorSubjects(catalogue).sort(), [
    'plan.approved',
    'plan.questioned',
    'plan.rejected',
    'task.cancelled',
    'task.created',
    'task.reprioritised',
    'task.retried',
  ]))

test('what its entries call remembered is kept for ever, type by type', () => {
  const filters = memoryFilters(catalogue)
  for (const wanted of ['task.created.*', 'task.resumed.*', 'code.written.*']) assert.ok(filters.includes(wanted), wanted)
  assert.ok(!filters.includes('turn.sent.*'))
  assert.deepEqual(memoryFilters(chainCatalogue), [])
})
