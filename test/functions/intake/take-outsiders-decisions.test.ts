import { test } from 'node:test'
import takeOutsidersDecisions from '../../../functions/intake/take-outsiders-decisions.ts'
import { atTheGate, planHash } from '../../support/facts.ts'
import { given } from '../../support/given.ts'

test('what anybody decides about a plan is judged by the rules of the door, and believed to be from nobody else', async () => {
  await given(atTheGate())
    .whenAsked('plan.approved', { id: 'task-1', by: 'the boss', channel: 'cli' })
    .of(takeOutsidersDecisions)
    .then('plan.approved', { planHash, by: 'nats', channel: 'nats' }, { id: 'task-1' })
  await given(atTheGate())
    .whenAsked('plan.approved', '{')
    .of(takeOutsidersDecisions)
    .thenRefused(/no JSON/)
})
