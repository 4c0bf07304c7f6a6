import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { loadFunctions } from '../../bus/load-functions.ts'
import { everyEvent, oneForEachFunction, oneOfEachKind } from './kill-choice.ts'
import { root } from './tiers.ts'

const story = [
  'task.created',
  'task.started',
  'reasoning.requested',
  'plan.answered',
  'gate.opened',
  'task.started',
  'code.written',
  'task.completed',
]

test('every event but the last is one to kill at', async () => {
  assert.deepEqual(await everyEvent(story), [0, 1, 2, 3, 4, 5, 6])
})

test('of each kind of event the first is chosen', async () => {
  assert.deepEqual(await oneOfEachKind(story), [0, 1, 2, 3, 4, 6])
})

test('each function that the story wakes is woken by an event that is chosen, by one of its own where there is one', async () => {
  const functions = [...(await loadFunctions(join(root, 'functions')))]
  const wokenBy = (types: readonly string[]): string[] =>
    functions.filter(([, { on }]) => types.some((type) => on?.includes(type))).map(([name]) => name)
  const chosen = (await oneForEachFunction(story)).map((index) => story[index]!)
  assert.deepEqual(wokenBy(chosen), wokenBy(story.slice(0, -1)))
  assert.ok(chosen.includes('plan.answered') && chosen.length < story.length - 1, chosen.join(' '))
})
