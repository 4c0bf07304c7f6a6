import assert from 'node:assert/strict'
import { test } from 'node:test'
import takeDecisions from '../../../functions/intake/take-decisions.ts'
import { approved, atTheGate, fact, planHash, storyOf } from '../../support/facts.ts'
import { given } from '../../support/given.ts'

test('a decision about a plan is judged by the rules of the door', async () => {
  const asked = { id: 'task-1', reason: 'good' }
  await given(atTheGate())
    .whenAsked('plan.approved', asked)
    .of(takeDecisions)
    .then('plan.approved', { planHash, by: 'nats' }, { id: 'task-1' })
  await given(atTheGate(), approved()).whenAsked('plan.approved', asked).of(takeDecisions).then('request.repeated')
  await given(atTheGate())
    .whenAsked('plan.approved', '{')
    .of(takeDecisions)
    .thenRefused(/no JSON/)
})

test('what an older version decided on in its turn is not decided on again', async () => {
  const later = { now: '2026-01-01T13:00:00.000Z' }
  const cause = `door-7-${Date.parse('2026-01-01T12:00:00.000Z')}`
  const rejected = { id: 'task-1', reason: 'not like this' }
  const noted = storyOf('door-7', fact('request.refused', { subject: 'plan.rejected', sequence: 7, faults: ['no'] }))
  const refusedBefore = given(atTheGate(), noted).whenAsked('plan.rejected', rejected, later)
  assert.deepEqual((await refusedBefore.of(takeDecisions).outcome()).events, [])
  const questioned = { ...fact('plan.questioned', { planHash, by: 'ada', channel: 'cli', reason: 'why' }), causedBy: cause }
  const takenBefore = given(atTheGate(), questioned, atTheGate()).whenAsked('plan.rejected', rejected, later)
  assert.deepEqual((await takenBefore.of(takeDecisions).outcome()).events, [])
  await given(atTheGate()).whenAsked('plan.rejected', rejected, later).of(takeDecisions).then('plan.rejected')
})
