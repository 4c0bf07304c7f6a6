import assert from 'node:assert/strict'
import { test } from 'node:test'
import askAnswer from '../../../functions/reasoning/ask-answer.ts'
import { cancelled, created, escalated, retried, routed, started } from '../../support/facts.ts'
import { given } from '../../support/given.ts'

const question = [
  created({ project: undefined, title: 'Which is faster?' }),
  routed({ workflow: 'answer', project: undefined, planner: 'codex' }),
]

test('a question is asked of the planner, without a workspace', async () => {
  const run = given(question).when(started('answer')).of(askAnswer)
  await run.then('reasoning.requested', { purpose: 'answer', agent: 'codex', workspace: undefined, schema: undefined, timeoutMs: 300_000 })
  const { textOf } = await run.outcome()
  assert.match(await textOf('prompt'), /Which is faster\?/)
})

test('guidance of a person goes with the question', async () => {
  const run = given(question, escalated(), retried('for small lists'), routed({ workflow: 'answer', project: undefined }))
    .when(started('answer'))
    .of(askAnswer)
  const { textOf } = await run.outcome()
  assert.match(await textOf('prompt'), /Guidance from a person:\nfor small lists/)
})

test('a change asks for no answer', () => given(created(), routed()).when(started('plan')).of(askAnswer).thenNothing())
test('nothing is asked for a task that has ended', () => given(question, cancelled()).when(started('answer')).of(askAnswer).thenEnded())
