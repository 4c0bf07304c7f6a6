import { test } from 'node:test'
import dispatchTasks from '../../../functions/intake/dispatch-tasks.ts'
import {
  approved,
  atTheGate,
  coding,
  completed,
  created,
  escalated,
  failed,
  reprioritised,
  routed,
  started,
  storyOf,
} from '../../support/facts.ts'
import { given } from '../../support/given.ts'
import { config } from '../../support/stubs.ts'

const two = { services: { config: config({ limits: { tasks: 2, tasks_per_project: 2 } }) } }

test('a routed task gets a free place, only if nobody was started meanwhile', () =>
  given(storyOf('task-0', created(), routed(), started()), created())
    .when(routed(), two)
    .of(dispatchTasks)
    .then('task.started', { stage: 'plan', project: 'shop' }, { id: 'task-1', guard: { filter: 'task.started.*', sequence: 3 } }))

test('of several that start at once the first guards the places and the others their stories', () =>
  given(storyOf('a', created(), routed()), storyOf('b', created(), routed()), created({ priority: 7 }), routed())
    .when(escalated(), two)
    .of(dispatchTasks)
    .thenAll(
      ['task.started', {}, { id: 'a', guard: { filter: 'task.started.*', sequence: 0 } }],
      ['task.started', {}, { id: 'b', guard: { filter: '*.*.b', sequence: 4 } }],
    ))

test('while all places are taken nobody starts', () =>
  given(storyOf('task-0', created(), routed(), started()), created())
    .when(routed())
    .of(dispatchTasks)
    .thenNothing())

test('a task that ends gives its place to the next one', () =>
  given(storyOf('next', created(), routed()), coding())
    .when(failed())
    .of(dispatchTasks)
    .then('task.started', {}, { id: 'next' }))

test('an approved plan goes on with code', () =>
  given(atTheGate()).when(approved()).of(dispatchTasks).then('task.started', { stage: 'code' }, { id: 'task-1' }))

test('a question starts with its answer and has no project', () =>
  given(created({ project: undefined }))
    .when(routed({ project: undefined, workflow: 'answer' }))
    .of(dispatchTasks)
    .then('task.started', { stage: 'answer', project: undefined }))

test('another priority changes who is next', () =>
  given(storyOf('busy', created(), routed(), started()), storyOf('a', created(), routed()), created(), routed(), reprioritised(1))
    .when({ ...completed(), id: 'busy' })
    .of(dispatchTasks)
    .then('task.started', {}, { id: 'task-1' }))
