import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RequestFault } from '../../bus/define-service.ts'
import { withSteps } from '../../domain/words/next-steps.ts'
import { declared } from '../../gateway/operations.ts'
import { telling } from '../../gateway/telling.ts'

const told = (words: string): string => withSteps(words, (step) => `HERE ${step}`)
const step = 'nobody decided about the plan by noon; `cortex retry task-1` plans again'

test('sentences of an answer, however deep, hold the steps that its reader can type, and all other fields what was said', async () => {
  const answer = { why: step, title: step, tasks: [{ reason: step, text: step, age: 3, none: null }] }
  const here = step.replace('cortex', 'HERE cortex')
  assert.deepEqual(await telling(async () => answer, told)(declared.list, {}), {
    why: here,
    title: step,
    tasks: [{ reason: here, text: step, age: 3, none: null }],
  })
})

test('facts stay as they happened: a story says what its events say everywhere', async () => {
  const answer = { events: [{ type: 'base.broken', data: { reason: step } }], state: { reason: step } }
  assert.deepEqual(await telling(async () => answer, told)(declared.story, { id: 'task-1' }), {
    events: answer.events,
    state: { reason: step.replace('cortex', 'HERE cortex') },
  })
})

test('so do refusals, which keep their code and when to come again; other errors are left alone', async () => {
  const refused = telling(() => Promise.reject(new RequestFault(409, [step], { retryAfterMs: 5 })), told)
  await assert.rejects(async () => refused(declared.list, {}), {
    code: 409,
    faults: [step.replace('cortex', 'HERE cortex')],
    retryAfterMs: 5,
  })
  const broken = new Error(step)
  await assert.rejects(
    async () => telling(() => Promise.reject(broken), told)(declared.list, {}),
    (error) => error === broken,
  )
})
