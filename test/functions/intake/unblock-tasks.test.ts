import { test } from 'node:test'
import unblockTasks from '../../../functions/intake/unblock-tasks.ts'
import { blocked, cancelled, completed, created, escalated, failed, type Given, retried, routed, storyOf } from '../../support/facts.ts'
import { given } from '../../support/given.ts'

const waiting = (id: string, ...dependsOn: string[]): Given[] => storyOf(id, created({ dependsOn }), blocked(...dependsOn))

test('when the last dependency is done the task is routed, only if its story is still the same', () =>
  given(storyOf('a', created(), completed()), waiting('b', 'a', 'task-1'), created())
    .when(completed())
    .of(unblockTasks)
    .then('task.routed', { workflow: 'change' }, { id: 'b', guard: { filter: '*.*.b', sequence: 4 } }))

test('while others are not done it waits on', () =>
  given(storyOf('a', created()), waiting('b', 'a', 'task-1'), created())
    .when(completed())
    .of(unblockTasks)
    .thenNothing())

for (const end of [failed('no'), cancelled()])
  test(`a task fails when one it waits for ends by ${end.type}`, () =>
    given(waiting('b', 'task-1'), created())
      .when(end)
      .of(unblockTasks)
      .then('task.failed', { class: 'dependency', reason: /depends on task-1/ }, { id: 'b' }))

test('one that escalated is waited for, and its dependents go on when it is done after a retry', async () => {
  const before = [storyOf('a', created(), escalated('no')), waiting('b', 'a', 'task-1'), created()]
  await given(before).when(completed()).of(unblockTasks).thenNothing()
  await given(before, storyOf('a', retried(), routed(), completed()))
    .when(completed())
    .of(unblockTasks)
    .then('task.routed', {}, { id: 'b' })
})

test('one that escalated and is given up fails its dependents', () =>
  given(waiting('b', 'task-1'), created(), escalated('no'))
    .when(cancelled())
    .of(unblockTasks)
    .then('task.failed', { class: 'dependency', reason: /task-1, which is cancelled/ }, { id: 'b' }))

test('everyone who waits is looked at', () =>
  given(waiting('b', 'task-1'), waiting('c', 'task-1'), waiting('d', 'other'), storyOf('other', created()), created())
    .when(completed())
    .of(unblockTasks)
    .thenAll(['task.routed', {}, { id: 'b' }], ['task.routed', {}, { id: 'c' }]))

test('a dependency that was done just before the task was blocked is not missed', () =>
  given(storyOf('a', created(), completed()), created({ dependsOn: ['a'] }))
    .when(blocked('a'))
    .of(unblockTasks)
    .then('task.routed', {}, { id: 'task-1' }))

test('who does not wait is left alone', () =>
  given(storyOf('b', created({ dependsOn: ['task-1'] }), routed()), created())
    .when(completed())
    .of(unblockTasks)
    .thenNothing())
