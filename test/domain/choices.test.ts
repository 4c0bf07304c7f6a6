import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Priority } from '../../domain/catalogue/shared.ts'
import { priorities, prioritiesInWords, priorityName, priorityOf } from '../../domain/choices.ts'

test('a priority is found by its name or its number, and what is neither has none', () => {
  assert.deepEqual([' High', '1', 'low', 'urgent', '4', '', 'constructor'].map(priorityOf), [
    3,
    1,
    7,
    undefined,
    undefined,
    undefined,
    undefined,
  ])
  assert.deepEqual([5, 4].map(priorityName), ['medium', undefined])
  assert.equal(prioritiesInWords, '1 critical, 3 high, 5 medium, 7 low')
})

test('what may be chosen is what the door takes', () => {
  for (const priority of Object.values(priorities)) assert.equal(Priority.parse(priority), priority)
})
