import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cut, harmless, listText, painter, planText, storyLine, table } from '../../../infra/cli/render.ts'

const plain = painter(false)
const event = {
  id: 'e',
  type: 'task.started',
  subject: 'task-a',
  source: 'dispatch-tasks',
  time: '2026-01-01T00:00:12.340Z',
  sequence: 3,
  data: { stage: 'plan' },
}

test('a story line is elapsed time, event and meaning', () => {
  assert.match(storyLine(event, '2026-01-01T00:00:00.000Z', plain), /^ {3}12\.3 s {2}task\.started {8,} {2}\S/)
})

test('there are colours only where they are wanted', () => {
  assert.equal(painter(false)('red', 'x'), 'x')
  assert.equal(painter(true)('red', 'x'), '\x1b[31mx\x1b[0m')
})

test('nothing of somebody else can steer the terminal', () => {
  assert.equal(harmless('a\x1b[2Jb\x1b]0;title\x07c\r\nd\te\x00\u0085f'), 'abc\nd  ef')
})

test('a table is as wide as its cells', () => {
  assert.equal(
    table([
      ['A', 'LONG', 'X'],
      ['task', 'b', 'y'],
    ]),
    'A     LONG  X\ntask  b     y',
  )
})

test('an empty list says so, others tell when a task changed', () => {
  assert.equal(listText({ tasks: [] }, '2026-01-01T00:00:00Z'), 'no tasks')
  const task = {
    id: 'task-a',
    title: 'Two\nlines',
    status: 'queued',
    phase: 'blocked',
    priority: 3,
    createdAt: event.time,
    updatedAt: event.time,
  }
  assert.match(listText({ tasks: [task] }, '2026-01-01T00:05:13Z'), /task-a {2}queued {2}blocked {2}3 {9}- {8}5 min ago {2}Two lines/)
})

test('a plan shows its steps, files and criteria with its hash', () => {
  const text = planText(
    {
      summary: 'Do it',
      steps: [{ description: 'change', file: 'a.ts', rationale: '' }],
      files_to_modify: ['a.ts'],
      acceptance_criteria: ['tests pass'],
      estimated_complexity: 'low',
      risk_assessment: '',
    },
    'f'.repeat(64),
    plain,
  )
  for (const part of ['ffffffffffff: Do it', '1. change [a.ts]', '- tests pass', 'Complexity: low']) assert.ok(text.includes(part), part)
})

test('a long text is cut with an ellipsis', () => {
  assert.deepEqual([cut('abcdef', 6), cut('abcdef', 4)], ['abcdef', 'abc…'])
})
