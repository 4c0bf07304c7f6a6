import assert from 'node:assert/strict'
import { test } from 'node:test'
import { familyOf, mayReview } from '../../../functions/review/reviewers.ts'

const agents = {
  opus: { preset: 'claude' },
  sonnet: { preset: 'claude' },
  alder: { preset: 'scripted' },
  birch: { preset: 'scripted' },
  own: {},
}

test('an agent is of the family that is said, else of its preset’s program, else of its own', () =>
  assert.deepEqual(
    [familyOf(agents, 'opus'), familyOf(agents, 'alder'), familyOf(agents, 'own'), familyOf({ own: { family: 'llama' } }, 'own')],
    ['claude', 'alder', 'own', 'llama'],
  ))

test('another name is not another model', () => {
  assert.equal(mayReview(agents, 'opus', 'sonnet'), false)
  assert.equal(mayReview(agents, 'own', 'own'), false)
  assert.ok(mayReview(agents, 'alder', 'birch') && mayReview(agents, 'opus', 'own'))
  assert.ok(mayReview({ ...agents, opus: { preset: 'claude', family: 'other' } }, 'opus', 'sonnet'))
})
