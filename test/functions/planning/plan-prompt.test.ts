import assert from 'node:assert/strict'
import { test } from 'node:test'
import { planContext, taskText } from '../../../functions/planning/plan-prompt.ts'
import {
  created,
  drafted,
  escalated,
  opened,
  planning,
  questioned,
  refused,
  requested,
  retried,
  routed,
  started,
} from '../../support/facts.ts'
import { given } from '../../support/given.ts'

test('at first the planner is told the tree and nothing else', () =>
  assert.equal(planContext(given(planning()).task(), { files: ['a.js', 'b.js'] }), 'Files of the repository:\na.js\nb.js\n'))

test('of a large tree it is told four hundred files, and how many there are more', () => {
  const files = Array.from({ length: 450 }, (_, nth) => `file-${nth}.js`)
  const told = planContext(given(planning()).task(), { files })
  assert.match(told, /file-399\.js\n\(and 50 more\)/)
  assert.ok(!told.includes('file-400.js'))
})

test('guidance, wishes and refusals are told under their own names', () => {
  const task = given(
    created(),
    escalated(),
    retried('use integers'),
    routed(),
    started(),
    requested(),
    drafted(),
    opened(),
    questioned('add a test'),
    refused('steps: none', 'no summary'),
  ).task()
  const told = planContext(task, { files: ['a.js'], previousPlan: 'the old plan', previousAnswer: 'the bad answer' })
  assert.deepEqual(
    [...told.matchAll(/^(.+):\n(.+)$/gm)].map(([, title, body]) => `${title}: ${body}`),
    [
      'Files of the repository: a.js',
      'Guidance from a person: use integers',
      'The plan so far: the old plan',
      'Changes a person wants in the plan: add a test',
      'Your last answer: the bad answer',
      'Why your last answer was refused: - steps: none',
    ],
  )
  assert.match(told, /- no summary/)
})

test('a plan or answer without a reason to change it is not told', () =>
  assert.equal(planContext(given(planning()).task(), { files: [], previousPlan: 'old', previousAnswer: 'bad' }), ''))

test('the task is its title and its description', () => {
  assert.equal(taskText(given(created({ description: 'It drifts.' })).task()), 'Fix the total\n\nIt drifts.')
  assert.equal(taskText(given(created()).task()), 'Fix the total')
})
