import { test } from 'node:test'
import missDependencies from '../../../functions/intake/miss-dependencies.ts'
import { blocked, completed, created, fact, routed, storyOf } from '../../support/facts.ts'
import { given } from '../../support/given.ts'

const awaited = (...waitingFor: string[]) => fact('task.awaited', { waitingFor })
const waiting = [created({ dependsOn: ['a', 'b'] }), blocked('a', 'b')]

test('what was never created fails the task that waits for it, in words', () =>
  given(storyOf('a', created()), waiting)
    .when(awaited('a', 'b'))
    .of(missDependencies)
    .then('task.failed', { class: 'dependency', reason: /it waits for b, which nobody created within a minute/ }))

test('what came within the minute is waited for', () =>
  given(storyOf('a', created()), storyOf('b', created(), completed()), waiting)
    .when(awaited('a', 'b'))
    .of(missDependencies)
    .thenNothing())

test('a task that went on meanwhile is left alone', () => given(waiting, routed()).when(awaited('b')).of(missDependencies).thenNothing())
