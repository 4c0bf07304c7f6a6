import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Git } from '../../../functions/ports.ts'
import finishTask from '../../../functions/verification/finish-task.ts'
import { BASE, cancelled, finishing, HEAD, passed, reviewing, scanned, usage, verified } from '../../support/facts.ts'
import { given } from '../../support/given.ts'
import { config, gitProblem, gitWith } from '../../support/stubs.ts'

const done = [reviewing(), passed(), scanned()]
const delivering = (deliver: Git['deliver']) => gitWith({ resolve: async () => ({ baseSha: BASE, branch: 'main', warnings: [] }), deliver })
const delivered: Git['deliver'] = async ({ branch, merge }) => ({ branch, merged: merge === 'ff' })
const fastForward = config({ projects: { shop: { path: '/repositories/shop', merge: 'ff' } } })

test('the result is delivered as a branch, and the outcome says what it took', () =>
  given(done)
    .when(verified(), { services: { git: delivering(delivered) } })
    .of(finishTask)
    .then('task.completed', {
      outcome: { branch: 'cortex/task-1', sha: HEAD, merged: false, files: ['src/cart.js'], attempts: 1, handoffs: 0, usage },
    }))

test('before the repository is touched it is recorded, guarded by all that was read: a cancellation wins until then', async () => {
  const run = given(done)
    .when(verified(), { services: { git: delivering(delivered) } })
    .of(finishTask)
  await run.thenRecords(['finish.started', { branch: 'cortex/task-1', sha: HEAD }, { guard: { filter: '*.*.task-1', sequence: 13 } }])
})

test('after a crash it is not recorded again, and delivered again', async () => {
  const run = given(done, finishing())
    .when(verified(), { services: { git: delivering(delivered) } })
    .of(finishTask)
  await run.thenRecords()
  await run.then('task.completed')
})

test('where the operator wants it the base branch is moved', () =>
  given(done)
    .when(verified(), { services: { config: fastForward, git: delivering(delivered) } })
    .of(finishTask)
    .then('task.completed', { outcome: { merged: true } }))

test('when the base cannot be moved the branch is delivered and a person is told where it is', async () => {
  const ways: string[] = []
  const deliver: Git['deliver'] = async ({ branch, merge }) => {
    ways.push(merge)
    if (merge === 'ff') throw gitProblem('main is checked out.')
    return { branch, merged: false }
  }
  await given(done)
    .when(verified(), { services: { config: fastForward, git: delivering(deliver) } })
    .of(finishTask)
    .then('task.escalated', {
      class: 'delivery',
      branch: 'cortex/task-1',
      reason: 'main is checked out. The result is on branch cortex/task-1.',
    })
  assert.deepEqual(ways, ['ff', 'branch'])
})

test('when not even the branch can be added a person is asked', () =>
  given(done)
    .when(verified(), { services: { git: delivering(() => Promise.reject(gitProblem('the repository is gone.'))) } })
    .of(finishTask)
    .then('task.escalated', { class: 'delivery', branch: undefined, reason: 'the repository is gone.' }))

test('any other error is tried again', () =>
  given(done)
    .when(verified(), { services: { git: delivering(() => Promise.reject(new Error('broken'))) } })
    .of(finishTask)
    .thenThrows(/broken/))

test('nothing is delivered for a task that was cancelled', () => given(done, cancelled()).when(verified()).of(finishTask).thenEnded())
