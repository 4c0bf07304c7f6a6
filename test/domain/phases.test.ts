import assert from 'node:assert/strict'
import { test } from 'node:test'
import { catalogue } from '../../domain/catalogue/index.ts'
import { everyFunction } from '../../domain/events-document.ts'
import {
  beginsOn,
  checks,
  isAtWork,
  isOver,
  Phases,
  phaseAfter,
  phaseOfStep,
  phases,
  Standings,
  standingOf,
  statusOf,
} from '../../domain/phases.ts'

test('who takes a task out of a phase is a function that there is, and hears what begins a check', async () => {
  const functions = await everyFunction()
  for (const phase of Phases) {
    const { listener } = phases[phase]
    assert.equal(listener === undefined, isOver(phase), `${phase} is left by nobody`)
    if (listener) assert.ok(functions.has(listener), `${phase} is left by ${listener}, which is no function`)
  }
  for (const check of checks) {
    const { listener = '' } = phases[phaseOfStep(check)]
    assert.ok(functions.get(listener)?.on?.includes(beginsOn(check)), `${listener} does not hear ${beginsOn(check)}`)
  }
  assert.ok(functions.get('finish-task')?.on?.includes(beginsOn('finish')))
})

test('reviewed work goes through the checks in the order of the table, and from the last one to the delivery', () => {
  assert.ok(checks.indexOf('scan') < checks.indexOf('dod'), 'what is cheap comes first')
  const steps = ['review', ...checks] as const
  for (const [index, check] of checks.entries()) {
    assert.equal(phaseAfter(steps[index]!), phaseOfStep(check))
    assert.equal(beginsOn(check), `${steps[index]}.passed`)
    assert.ok(Object.hasOwn(catalogue, `${check}.passed`) && Object.hasOwn(catalogue, `${check}.failed`))
  }
  assert.deepEqual([phaseAfter(steps.at(-1)!), beginsOn('finish')], ['finishing', `${checks.at(-1)}.passed`])
})

test('only a task at work holds a place, and its status is that it is in progress', () => {
  for (const phase of Phases.filter(isAtWork)) assert.equal(statusOf(phase), 'in_progress')
  assert.deepEqual(
    Phases.filter((phase) => !isAtWork(phase)),
    ['created', 'blocked', 'queued', 'gate', 'completed', 'failed', 'escalated', 'cancelled'],
  )
})

test('a list for people counts a task by its status, or by what its phase says beyond it', () => {
  const told = (['queued', 'coding', 'gate', 'completed', 'escalated', 'cancelled'] as const).map(standingOf)
  assert.deepEqual(told, ['queued', 'in progress', 'waiting for approval', 'done', 'escalated', 'cancelled'])
  assert.deepEqual(new Set(Phases.map(standingOf)), new Set(Standings))
})
