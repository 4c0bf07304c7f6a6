import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RequestFault } from '../../bus/define-service.ts'
import { step, withSteps } from '../../bus/next-steps.ts'
import { declared } from '../../gateway/operations.ts'
import { telling } from '../../gateway/telling.ts'

const told = (words: string): string => withSteps(words, (said) => `HERE ${said}`)
const asked = 'do "cortex retry task-1"'
const made = `nobody decided about the plan by noon (${asked}); \`${step('retry task-1')}\` plans again`
const here = `nobody decided about the plan by noon (${asked}); \`HERE cortex retry task-1\` plans again`

test('in an answer, however deep, the steps of the system are those that its reader can type, and what others said stays', async () => {
  const answer = { why: made, title: asked, tasks: [{ reason: made, text: [asked], age: 3, none: null }] }
  assert.deepEqual(await telling(async () => answer, told)(declared.list, {}), {
    why: here,
    title: asked,
    tasks: [{ reason: here, text: [asked], age: 3, none: null }],
  })
})

test('so do refusals, which keep their code and when to come again; other errors are left alone', async () => {
  const refused = telling(() => Promise.reject(new RequestFault(409, [made], { retryAfterMs: 5 })), told)
  await assert.rejects(async () => refused(declared.list, {}), { code: 409, faults: [here], retryAfterMs: 5 })
  const broken = new Error(made)
  await assert.rejects(
    async () => telling(() => Promise.reject(broken), told)(declared.list, {}),
    (error) => error === broken,
  )
})
