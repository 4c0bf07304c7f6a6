import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lookAtLane } from '../../../gateway/jobs/lane-look.ts'
import type { KnownJobs } from '../../../gateway/jobs/track-jobs.ts'
import { type Facts, fact, storyOf } from '../../support/facts.ts'
import { factsOf } from '../../support/stories.ts'

const look = (reports: Facts, waiting: string[]) => {
  const latest = async (type: string, id: string) => factsOf(reports).findLast((one) => one.type === type && one.subject === id)
  return lookAtLane({ latest }, { waiting: () => waiting } as unknown as KnownJobs)
}
const report = (more: object = {}) =>
  storyOf('lane-browser', fact('lane.changed', { lane: 'browser', state: 'ready', reason: 'signed in', site: 'chatgpt', ...more }))

test('until the worker has reported, nobody knows what the lane is in', async () => {
  const { state, reason, waiting } = await look([], ['job-a'])
  assert.deepEqual([state, reason, waiting], ['unknown', 'the browser worker has not reported yet', 1])
})

test('the lane is what it last reported', async () => {
  const until = '2026-01-01T12:00:00.000Z'
  const seen = await look([report(), report({ state: 'rate_limited', reason: 'slow', until })], [])
  assert.deepEqual(
    [seen.state, seen.reason, seen.until, seen.since, seen.site],
    ['rate_limited', 'slow', until, '2026-01-01T10:00:01.000Z', 'chatgpt'],
  )
  assert.equal('until' in (await look([report()], [])), false)
})

test('everybody knows how many stand before him, and who has no question there knows nothing', async () => {
  const { ahead, waiting } = await look([report()], ['job-a', 'task-1'])
  assert.deepEqual([waiting, ahead('job-a'), ahead('task-1'), ahead('task-2')], [2, 0, 1, undefined])
})
