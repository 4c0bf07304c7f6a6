import { test } from 'node:test'
import escalateTask from '../../../functions/escalation/escalate-task.ts'
import { atTheGate, coding, escalated, fact, retried, round } from '../../support/facts.ts'
import { given } from '../../support/given.ts'

const gaveUp = fact('function.failed', {
  function: 'write-code',
  cause: 'event-9',
  causeType: 'attempt.started',
  reason: 'the disk is full',
  attempts: 2,
  needsHuman: false,
})
const overdue = (since: string) => fact('task.overdue', { since })

test('no task just stops: what a function gave up on goes to a person', () =>
  given(coding(), round()).when(gaveUp).of(escalateTask).then('task.escalated', {
    class: 'function_failed',
    reason: 'write-code gave up on attempt.started after 2 tries: the disk is full; `cortex dead` shows it',
  }))

test('that a person could not be told ends no task', () =>
  given(atTheGate())
    .when({ ...gaveUp, data: { ...gaveUp.data, function: 'notify-person', causeType: 'gate.opened' } })
    .of(escalateTask)
    .thenNothing())

test('that another program could not be told ends no task', async () => {
  for (const teller of ['plan-callbacks', 'send-callback'])
    await given(atTheGate())
      .when({ ...gaveUp, data: { ...gaveUp.data, function: teller, causeType: 'gate.opened' } })
      .of(escalateTask)
      .thenNothing()
})

test('what is no task has nobody to escalate to', () => given().when(gaveUp).of(escalateTask).thenNothing())

test('a task that has ended is not escalated again', () => given(coding(), escalated()).when(gaveUp).of(escalateTask).thenEnded())

test('a task that has been open for too long goes to a person', () =>
  given(atTheGate())
    .when(overdue('2026-01-01T10:00:00.000Z'))
    .of(escalateTask)
    .then('task.escalated', { class: 'overdue', reason: /is still gate$/ }))

test('the timer of an earlier run means nothing', () =>
  given(atTheGate(), escalated(), retried()).when(overdue('2026-01-01T10:00:00.000Z')).of(escalateTask).thenNothing())
