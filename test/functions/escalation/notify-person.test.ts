import assert from 'node:assert/strict'
import { test } from 'node:test'
import notifyPerson, { reasonFor } from '../../../functions/escalation/notify-person.ts'
import type { Notify } from '../../../functions/ports.ts'
import {
  approved,
  atTheGate,
  baseBroken,
  coding,
  created,
  drafted,
  escalated,
  fact,
  failed,
  opened,
  planHash,
  planning,
  routed,
  started,
  storyOf,
} from '../../support/facts.ts'
import { given } from '../../support/given.ts'
import { factsOf } from '../../support/stories.ts'

const telling = () => {
  const told: Parameters<Notify['person']>[0][] = []
  const person: Notify['person'] = async (message) => {
    told.push(message)
    return ['webhook']
  }
  return { told, services: { notify: { person } } }
}
const reminded = (hash = planHash) => fact('gate.reminded', { planHash: hash, expiresAt: '2026-01-02T10:00:00.000Z' })

test('an escalation really reaches a person, once for each event', async () => {
  const { told, services } = telling()
  await given(coding())
    .when(escalated('it goes in circles'), { services })
    .of(notifyPerson)
    .then('notification.sent', { about: 'task.escalated', channels: ['log', 'webhook'], reason: 'it goes in circles' })
  assert.deepEqual(told, [
    { key: 'event-9', event: 'task.escalated', task: 'task-1', title: 'Fix the total', reason: 'it goes in circles' },
  ])
})

test('a plan that waits is told, with the command that decides it', () =>
  given(planning(), drafted())
    .when(opened(), telling())
    .of(notifyPerson)
    .then('notification.sent', { reason: /cortex approve task-1/ }))

test('that its base is broken is told with it', () =>
  given(created(), routed(), started(), baseBroken(), drafted())
    .when(opened(), telling())
    .of(notifyPerson)
    .then('notification.sent', {
      reason: /waits for a decision \(the base is broken: `npm test` ended with 1 \(bbbbbbbb\)\): cortex plan/,
    }))

test('where no person decides nobody is told of the gate', () =>
  given(created(), routed({ gate: 'automatic' }), drafted())
    .when(opened(), telling())
    .of(notifyPerson)
    .thenNothing())

test('a reminder is for the plan that still waits', () =>
  given(atTheGate()).when(reminded(), telling()).of(notifyPerson).then('notification.sent', { about: 'gate.reminded' }))
test('there is no reminder of an approved plan', () =>
  given(atTheGate(), approved()).when(reminded(), telling()).of(notifyPerson).thenNothing())
test('there is no reminder of an older plan', () =>
  given(atTheGate())
    .when(reminded('f'.repeat(64)), telling())
    .of(notifyPerson)
    .thenNothing())

test('when no configured channel takes it, it is tried again', () =>
  given(coding())
    .when(escalated(), { services: { notify: { person: () => Promise.reject(new Error('the webhook answered 500')) } } })
    .of(notifyPerson)
    .thenThrows(/answered 500/))

test('the reason of a failed task is what a person reads', () => {
  const [event] = factsOf([failed('nobody decided')])
  assert.equal(event?.type === 'task.failed' && reasonFor(event, given(created()).task()), 'nobody decided')
})

const lane = (state: 'ready' | 'auth_required' | 'challenge' | 'rate_limited' | 'degraded') => ({
  ...fact('lane.changed', { lane: 'browser', state, reason: 'nobody is signed in', site: 'chatgpt' }),
  id: 'lane-browser',
})

test('a lane that only a person can open is told, with what opens it', async () => {
  const { told, services } = telling()
  await given()
    .when(lane('auth_required'), { services })
    .of(notifyPerson)
    .then('notification.sent', { about: 'lane.changed', reason: /sign in \(nobody is signed in\): cortex login/ })
  assert.deepEqual([told[0]?.task, told[0]?.title], ['lane-browser', 'lane-browser'])
  await given(storyOf('lane-browser', lane('ready')))
    .when(lane('challenge'), { services })
    .of(notifyPerson)
    .then('notification.sent', { reason: /challenge in its window/ })
})

for (const state of ['ready', 'rate_limited', 'degraded'] as const)
  test(`nobody is called because a lane is ${state}`, () => given().when(lane(state), telling()).of(notifyPerson).thenNothing())
