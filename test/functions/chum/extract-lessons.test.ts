import assert from 'node:assert/strict'
import { test } from 'node:test'
import { learnerIdFor } from '../../../domain/learner.ts'
import extractLessons from '../../../functions/chum/extract-lessons.ts'
import { completed, dodFailed, escalated, failed, retried, reviewing, storyOf, verified } from '../../support/facts.ts'
import { given } from '../../support/given.ts'
import { begun, learner } from '../../support/lessons.ts'
import { config } from '../../support/stubs.ts'

const learning = { services: { config: config({ chum: { enabled: true } }) } }

test('a run that passed its checks has a learner, in a story of its own', () =>
  given(reviewing())
    .when(verified(), learning)
    .of(extractLessons)
    .then('learner.started', { task: 'task-1', run: 0, project: 'shop', agent: 'claude' }, { id: learner, guard: { sequence: 0 } }))

test('it has one only: what comes after it begins no other', () =>
  given(reviewing(), verified(), storyOf(learner, begun)).when(escalated(), learning).of(extractLessons).thenNothing())

test('a run after a retry has one of its own', () =>
  given(reviewing(), verified(), storyOf(learner, begun), escalated(), retried(), reviewing())
    .when(verified(), learning)
    .of(extractLessons)
    .then('learner.started', { run: 1 }, { id: learnerIdFor('task-1', 1) }))

test('an end after failed checks teaches, one that the machine made does not', async () => {
  await given(reviewing(), dodFailed()).when(escalated(), learning).of(extractLessons).then('learner.started')
  await given(reviewing(), dodFailed('no space left', 'infrastructure')).when(escalated(), learning).of(extractLessons).thenNothing()
  await given(reviewing()).when(failed('a person said no'), learning).of(extractLessons).thenNothing()
})

test('tasks whose long ids begin alike have each a learner of its own', () => {
  const ids = ['x', 'y'].map((end) => learnerIdFor(`${'a'.repeat(120)}${end}`, 0))
  assert.notEqual(ids[0], ids[1])
  for (const id of ids) assert.ok(id.length <= 128 && /^[\w-]+$/.test(id))
})

test('where learning is switched off there is no trace of it', () => given(reviewing()).when(verified()).of(extractLessons).thenNothing())

test('a task that is done already is learned from, too', () =>
  given(reviewing(), completed()).when(verified(), learning).of(extractLessons).then('learner.started'))
