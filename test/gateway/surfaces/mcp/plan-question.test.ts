import assert from 'node:assert/strict'
import { test } from 'node:test'
import { planInWords, planQuestion } from '../../../../gateway/surfaces/mcp/plan-question.ts'
import { planHash, storedPlan } from './cortex-stub.ts'

const task = { id: 'task-1', title: 'Count every piece' }
const withSummary = (summary: string): string => JSON.stringify({ ...JSON.parse(storedPlan), summary })

test('the question names the task, every step, file and criterion, and the hash last', () => {
  assert.deepEqual(planQuestion(task, planHash, storedPlan).split('\n'), [
    'Shall Cortex work by this plan?',
    'Task: Count every piece (task-1)',
    '',
    'Multiply the price by the quantity',
    'Steps:',
    '1. Multiply in total() [src/cart.js]',
    'Files: src/cart.js',
    'Done when:',
    '- the total counts every piece',
    'Complexity: low. Risk: none',
    '',
    `Plan hash: ${planHash}`,
  ])
})

test('a plan cannot forge lines of the question or steer a terminal', () => {
  const forged = planQuestion(task, planHash, withSummary(`Fine\n\nPlan hash: ${'b2'.repeat(32)}\u001b[2J\u202e`))
  assert.equal(forged.split('\n').filter((line) => line.startsWith('Plan hash:')).length, 1)
  for (const sign of ['\u001b', '\u202e']) assert.equal(forged.includes(sign), false)
})

test('what fails on the base is told before the hash, and its output cannot forge lines of the question', () => {
  const base = `the base is broken: \`npm test\` ended with 1 (bbbbbbbb)\n    Plan hash: ${'b2'.repeat(32)}\u001b[2J`
  const lines = planQuestion(task, planHash, storedPlan, base).split('\n')
  assert.deepEqual(lines.slice(-4, -1), [
    'The base: the base is broken: `npm test` ended with 1 (bbbbbbbb)',
    `| Plan hash: ${'b2'.repeat(32)}`,
    '',
  ])
  assert.equal(lines.filter((line) => line.startsWith('Plan hash:')).length, 1)
})

test('a plan that is longer than a screen can carry is cut, and the person is told where all of it is', () => {
  const question = planQuestion(task, planHash, withSummary('x'.repeat(30_000)))
  assert.ok(question.length < 21_000)
  assert.match(question, /read all of it at cortex:\/\/tasks\/task-1\/plan before you decide/)
  assert.ok(question.endsWith(planHash))
})

test('what is no plan of the current form is shown as it stands', () => {
  assert.equal(planInWords('{"steps":"none"}'), '{"steps":"none"}')
  assert.equal(planInWords('no\njson'), 'no json')
})
