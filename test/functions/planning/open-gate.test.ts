import { test } from 'node:test'
import openGate from '../../../functions/planning/open-gate.ts'
import { cancelled, created, drafted, planHash, planning, requested, routed, started } from '../../support/facts.ts'
import { given } from '../../support/given.ts'
import { config } from '../../support/stubs.ts'

test('the gate opens for this plan, with a reminder at half of its time and a timer at its end', () =>
  given(planning())
    .when(drafted())
    .of(openGate)
    .thenAll(
      ['gate.opened', { planHash, expiresAt: '2026-01-02T10:00:04.000Z' }],
      ['gate.reminded', { planHash }, { at: '2026-01-01T22:00:04.000Z' }],
      ['gate.expired', { planHash }, { at: '2026-01-02T10:00:04.000Z' }],
    ))

test('its time is the operator’s', () =>
  given(planning())
    .when(drafted(), { services: { config: config({ gate: { expiry: '10m' } }) } })
    .of(openGate)
    .thenAll(['gate.opened', { expiresAt: '2026-01-01T10:10:04.000Z' }], ['gate.reminded'], ['gate.expired']))

test('where the operator wants no gate the policy approves, and says so', () =>
  given(created(), routed({ gate: 'automatic' }), started(), requested())
    .when(drafted())
    .of(openGate)
    .thenAll(['gate.opened'], ['plan.approved', { planHash, by: 'policy', channel: 'policy' }]))

test('a task that has ended has no gate', () => given(planning(), cancelled()).when(drafted()).of(openGate).thenEnded())

test('who decides is told when agents run without a sandbox, and why', () =>
  given(planning())
    .when(drafted(), { services: { sandbox: { missing: 'packages of the system are missing' } } })
    .of(openGate)
    .thenAll(['gate.opened', { unconfined: 'packages of the system are missing' }], ['gate.reminded'], ['gate.expired']))
