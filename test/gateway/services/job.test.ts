import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RequestFault } from '../../../bus/define-service.ts'
import { plainly } from '../../../bus/next-steps.ts'
import type { ServiceContext } from '../../../gateway/context/define-service.ts'
import { jobOperations } from '../../../gateway/services/job.ts'
import { type Facts, fact, requested, storyOf } from '../../support/facts.ts'
import { factsOf } from '../../support/stories.ts'

const JOB = 'job-1'
const asked = requested({ purpose: 'chat', workspace: undefined, schema: undefined })

const statusOf = async (facts: Facts, lane?: { ahead?: number; state?: 'ready' | 'auth_required' }, id = JOB) => {
  const context: Partial<ServiceContext> = {
    facts: async () => factsOf(storyOf(JOB, ...facts)),
    lane: async () => ({ state: lane?.state ?? 'ready', reason: 'nobody is signed in', waiting: 1, ahead: () => lane?.ahead }),
  }
  // It looks at the facts and the lane alone.
  return (await jobOperations.job.handler({ id }, context as ServiceContext)) as { state: string; why: string }
}

test('a job that waits says how many are before it, and what the lane waits for', async () => {
  assert.equal((await statusOf([asked], { ahead: 3 })).why, 'waits; 3 before it in the browser lane')
  assert.equal((await statusOf([asked], { ahead: 0 })).why, 'its turn comes next')
  assert.match(
    plainly((await statusOf([asked], { ahead: 0, state: 'auth_required' })).why),
    /^its turn comes next; the browser lane is held \(auth required: nobody is signed in\): cortex login$/,
  )
})

test('a job that was cancelled says why it ended', async () => {
  const taken = fact('reasoning.cancelled', { by: 'ada', channel: 'gateway', reason: 'too slow' })
  const { state, why } = await statusOf([asked, taken])
  assert.deepEqual([state, why], ['cancelled', 'CANCELLED: too slow'])
})

test('what is no job is not found, tasks neither', async () => {
  await assert.rejects(statusOf([]), (error) => error instanceof RequestFault && error.code === 404)
  await assert.rejects(statusOf([asked], undefined, 'task-1'), RequestFault)
})
