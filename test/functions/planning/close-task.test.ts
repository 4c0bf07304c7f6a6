import { test } from 'node:test'
import closeTask from '../../../functions/planning/close-task.ts'
import { approved, at, atTheGate, cancelled, fact, planHash, planRejected, questioned, reviewing } from '../../support/facts.ts'
import { given } from '../../support/given.ts'

const expired = (hash = planHash, time = '2026-01-02T10:00:00.000Z') => at(time, fact('gate.expired', { planHash: hash }))

test('a rejected plan ends the task with who and why', async () => {
  await given(atTheGate())
    .when(planRejected('too large'))
    .of(closeTask)
    .then('task.failed', { class: 'rejected', reason: 'ada rejected the plan: too large' })
  await given(atTheGate()).when(planRejected()).of(closeTask).then('task.failed', { reason: 'ada rejected the plan' })
})

test('a plan that nobody decided about in time ends the task', () =>
  given(atTheGate())
    .when(expired())
    .of(closeTask)
    .then('task.failed', { class: 'gate_expired', reason: /nobody decided .* `cortex retry task-1`/ }))

test('the timer decides nothing: an approved plan goes on', () =>
  given(atTheGate(), approved()).when(expired()).of(closeTask).thenNothing())
test('the timer of an older plan means nothing', () =>
  given(atTheGate())
    .when(expired('f'.repeat(64)))
    .of(closeTask)
    .thenNothing())
test('the timer of an earlier gate for the same plan does not close the later one', () =>
  given(atTheGate()).when(expired(planHash, '2026-01-02T09:59:59.000Z')).of(closeTask).thenNothing())
test('the timer of a plan that is being changed means nothing', () =>
  given(atTheGate(), questioned('why')).when(expired()).of(closeTask).thenNothing())
test('the timer of a plan that is being carried out means nothing', () => given(reviewing()).when(expired()).of(closeTask).thenNothing())
test('a task that has ended is not closed again', () => given(atTheGate(), cancelled()).when(expired()).of(closeTask).thenEnded())
