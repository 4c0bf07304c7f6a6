import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addUsage, durationsOf, isApproved, noUsage, type Task } from '../../domain/task.ts'
import {
  approved,
  at,
  atTheGate,
  baseChecked,
  created,
  drafted,
  type Facts,
  failed,
  opened,
  planning,
  questioned,
  retried,
  routed,
  started,
} from '../support/facts.ts'
import { given } from '../support/given.ts'

const task = (...facts: Facts): Task => given(...facts).task()

test('a plan is approved by its hash alone, and by nothing that came before its gate', () => {
  assert.equal(isApproved(task(atTheGate())), false)
  assert.equal(isApproved(task(atTheGate(), approved())), true)
  assert.equal(isApproved(task(atTheGate(), approved('f'.repeat(64)))), false)
  assert.equal(isApproved(task(planning(), approved(), drafted())), false)
  assert.equal(isApproved(task(planning(), approved(), drafted(), opened())), false)
  assert.equal(isApproved(task(planning(), approved(), drafted(), opened(), approved())), true)
})

test('an approval of an old plan does not approve the next one', () => {
  const next = drafted('Use integers.', 2)
  assert.equal(isApproved(task(atTheGate(), questioned('use integers'), approved(), next, opened(next.data.planHash))), false)
})

test('an unknown cost stays unknown until one is known', () => {
  assert.equal(addUsage(noUsage, noUsage).costUsd, undefined)
  assert.equal(addUsage({ ...noUsage, costUsd: 0.5 }, noUsage).costUsd, 0.5)
  assert.equal(addUsage({ ...noUsage, costUsd: 0.5 }, { ...noUsage, costUsd: 0.25 }).costUsd, 0.75)
})

test('the time in each phase adds up, and stands still after the end', () => {
  const worked = task(created(), routed(), started(), baseChecked(), opened(), failed())
  assert.deepEqual(durationsOf(worked, '2027-01-01T00:00:00.000Z'), {
    created: 1000,
    queued: 1000,
    trying: 1000,
    planning: 1000,
    gate: 1000,
  })
  const again = task(created(), failed(), at('2026-01-01T11:00:00.000Z', retried()))
  assert.deepEqual(durationsOf(again, '2026-01-01T11:00:05.000Z'), { created: 6000 })
})
