import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { catalogue } from '../../../domain/catalogue/index.ts'
import { meaningOf } from '../../../domain/words/meaning.ts'

const hash = 'a'.repeat(64)
const attempt = { n: 2, handoff: 1, implementer: 'codex', reviewer: 'claude', baseSha: 'b'.repeat(40) }

test('an event is told in one line from its data', () => {
  const told: [keyof typeof catalogue, unknown, string][] = [
    ['task.created', { title: 'Fix the build', project: 'api', by: 'ann' }, '"Fix the build" in api, asked for by ann'],
    ['plan.approved', { planHash: hash, by: 'ann', channel: 'cli' }, 'plan aaaaaaaa approved by ann over cli'],
    [
      'review.rejected',
      { attempt, reviewer: 'claude', findings: [{ from: 'review', problem: 'too\nlong', file: 'a.ts', line: 3 }] },
      'claude rejects with 1 finding: too long (a.ts:3)',
    ],
    ['scan.passed', { attempt, warnings: [], skipped: 'semgrep is not installed' }, 'skipped: semgrep is not installed'],
    [
      'function.failed',
      { function: 'ask-cli', cause: 'x', causeType: 'y.z', reason: 'broken', attempts: 1, needsHuman: false },
      'ask-cli gave up on y.z after 1 try: broken',
    ],
    [
      'callback.missed',
      { receiver: 'task:callback', delivery: 'x', event: 'task.failed', attempt: 2, reason: 'ci.example.com answered 500' },
      "the task's callback URL did not take task.failed at try 2, which is repeated: ci.example.com answered 500",
    ],
  ]
  for (const [type, data, line] of told) assert.equal(meaningOf({ type, data }), line)
})

test('what a newer system tells is shown without a meaning', () => {
  assert.equal(meaningOf({ type: 'moon.landed', data: {} }), '')
  assert.equal(meaningOf({ type: 'toString', data: {} }), '')
  assert.equal(meaningOf({ type: 'task.created', data: { title: 7 } }), '')
})
