import { test } from 'node:test'
import routeTask from '../../../functions/intake/route-task.ts'
import { completed, created, escalated, failed, retried, routed, storyOf } from '../../support/facts.ts'
import { given } from '../../support/given.ts'
import { config } from '../../support/stubs.ts'

const inTwentyDays = '2026-01-21T10:00:00.000Z'

test('a new task is routed, and a timer is set for the day it has been open too long', () =>
  given()
    .when(created())
    .of(routeTask)
    .thenAll(
      ['task.routed', { workflow: 'change', planner: 'claude', implementer: 'claude', reviewer: 'codex', gate: 'person' }],
      ['task.overdue', { since: '2026-01-01T10:00:00.000Z' }, { at: inTwentyDays }],
    ))

test('a task whose dependencies are not done waits for these', () =>
  given(storyOf('task-a', created()), storyOf('task-b', created(), completed()))
    .when(created({ dependsOn: ['task-a', 'task-b'] }))
    .of(routeTask)
    .thenAll(['task.blocked', { waitingFor: ['task-a'] }], ['task.overdue']))

test('a task whose dependencies are done is routed', () =>
  given(storyOf('task-b', created(), completed()))
    .when(created({ dependsOn: ['task-b'] }))
    .of(routeTask)
    .thenAll(['task.routed'], ['task.overdue']))

test('a task that depends on a failed one fails with its reason', () =>
  given(storyOf('task-a', created(), failed('somebody said no')))
    .when(created({ dependsOn: ['task-a'] }))
    .of(routeTask)
    .then('task.failed', { class: 'dependency', reason: 'task-1 depends on task-a, which is failed: somebody said no' }))

test('a task that depends on an escalated one waits for it, for a person may have that tried again', () =>
  given(storyOf('task-a', created(), escalated('it goes in circles')))
    .when(created({ dependsOn: ['task-a'] }))
    .of(routeTask)
    .thenAll(['task.blocked', { waitingFor: ['task-a'] }], ['task.overdue']))

test('what is not there yet is waited for, and asked for after a minute', () =>
  given(storyOf('task-a', created()))
    .when(created({ dependsOn: ['task-a', 'task-b'] }))
    .of(routeTask)
    .thenAll(
      ['task.blocked', { waitingFor: ['task-a', 'task-b'] }],
      ['task.overdue'],
      ['task.awaited', { waitingFor: ['task-b'] }, { at: '2026-01-01T10:01:01.000Z' }],
    ))

test('a retried task is routed anew', () =>
  given(created(), routed(), escalated()).when(retried('smaller')).of(routeTask).thenAll(['task.routed'], ['task.overdue']))

test('the coordinator’s choice is the operator’s', () =>
  given()
    .when(created({ category: 'security' }), { services: { config: config({ masters: { security: { implementer: 'codex' } } }) } })
    .of(routeTask)
    .thenAll(['task.routed', { implementer: 'codex', reviewer: 'claude', master: 'security-master' }], ['task.overdue']))
