import assert from 'node:assert/strict'
import { test } from 'node:test'
import escalateTask from '../../../functions/escalation/escalate-task.ts'
import { productFunctions } from '../../../infra/app/product-functions.ts'
import {
  atTheGate,
  coding,
  escalated,
  fact,
  finishing,
  passed,
  resumed,
  retried,
  reviewing,
  round,
  scanned,
  verified,
} from '../../support/facts.ts'
import { given } from '../../support/given.ts'

const gaveUp = fact('function.failed', {
  function: 'write-code',
  cause: 'event-9',
  causeType: 'attempt.started',
  reason: 'the disk is full',
  attempts: 2,
  needsHuman: false,
})
const functions = { onlyTells: (name: string) => name === 'notify-person' }
const begun = '2026-01-01T10:00:00.000Z'
const finishingTask = () => [reviewing(), passed(), scanned(), verified(), finishing()]
const overdue = (since: string) => fact('task.overdue', { since })

test('no task just stops: what a function gave up on goes to a person', () =>
  given(coding(), round()).when(gaveUp, { services: { functions } }).of(escalateTask).then('task.escalated', {
    class: 'function_failed',
    reason: 'write-code gave up on attempt.started after 2 tries: the disk is full; `cortex dead` shows it',
  }))

test('a function that only tells ends no task when it gives up', () =>
  given(atTheGate())
    .when({ ...gaveUp, data: { ...gaveUp.data, function: 'notify-person', causeType: 'gate.opened' } }, { services: { functions } })
    .of(escalateTask)
    .thenNothing())

/** What they think about is no task, and ends none. */
const learners = [
  'admit-rule',
  'ask-rule',
  'promote-rule',
  'try-rules',
  'want-rule',
  'ask-learner',
  'charge-learning',
  'compare-lessons',
  'extract-lessons',
  'judge-lessons',
  'settle-lessons',
  'store-lessons',
]

test('all who tell persons, programs and chats say that they only tell, and so do learners, and nobody else does', async () => {
  const tellers = [...(await productFunctions())].flatMap(([name, { tells }]) => (tells ? [name] : []))
  assert.deepEqual(tellers.sort(), [...learners, 'follow-tasks', 'notify-person', 'plan-callbacks', 'send-callback'].sort())
})

test('what is no task has nobody to escalate to', () => given().when(gaveUp).of(escalateTask).thenNothing())

test('a task that has ended is not escalated again', () => given(coding(), escalated()).when(gaveUp).of(escalateTask).thenEnded())

test('a task that has been open for too long goes to a person', () =>
  given(atTheGate())
    .when(overdue(begun))
    .of(escalateTask)
    .then('task.escalated', { class: 'overdue', reason: /is still gate$/ }))

test('the timer of an earlier run means nothing', () =>
  given(atTheGate(), escalated(), retried()).when(overdue(begun)).of(escalateTask).thenNothing())

test('what is being delivered is not overdue for a day', () =>
  given(finishingTask()).when(overdue(begun), { now: '2026-01-02T09:00:00.000Z' }).of(escalateTask).thenNothing())

test('a delivery that nothing was heard of for more than a day goes to a person as well', () =>
  given(finishingTask())
    .when(overdue(begun), { now: '2026-01-03T10:00:00.000Z' })
    .of(escalateTask)
    .then('task.escalated', { class: 'overdue', reason: /is still finishing$/ }))

test('a task that was opened again for a dead letter is as old as that', () =>
  given(atTheGate(), escalated(), resumed()).when(overdue(begun)).of(escalateTask).thenNothing())
