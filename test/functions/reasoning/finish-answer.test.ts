import assert from 'node:assert/strict'
import { test } from 'node:test'
import finishAnswer from '../../../functions/reasoning/finish-answer.ts'
import { answered, cancelled, created, routed, started, usage } from '../../support/facts.ts'
import { given } from '../../support/given.ts'

const question = [created({ project: undefined }), routed({ workflow: 'answer', project: undefined }), started('answer')]

test('the answer ends the task', () =>
  given(question)
    .when(answered('answer', ' 42\n'))
    .of(finishAnswer)
    .then('task.completed', { outcome: { answer: '42', branch: undefined, attempts: 0, usage } }))

test('an empty answer is none', () =>
  given(question)
    .when(answered('answer', ' \n'))
    .of(finishAnswer)
    .then('task.escalated', { class: 'bad_output', reason: 'claude answered with nothing' }))

test('a long answer is cut, and says where the whole is', async () => {
  const run = given(question)
    .when(answered('answer', 'x'.repeat(40_000)))
    .of(finishAnswer)
  await run.then('task.completed', { outcome: { answer: /^x{30000}\n\(cut; the whole answer is blob sha256\/[0-9a-f]{64}\)$/ } })
  assert.equal((await run.outcome()).events.length, 1)
})

test('an answer for a task that has ended ends nothing', () =>
  given(question, cancelled()).when(answered('answer', '42')).of(finishAnswer).thenEnded())
