import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startProgress } from '../../bus/progress.ts'

test('who waits is told when the sequence is passed, and at once when it was', async () => {
  const progress = startProgress()
  const reached = progress.reach(2, 1000)
  progress.pass(1)
  assert.equal(progress.waiting(), 1)
  progress.pass(2)
  await reached
  await progress.reach(2, 1000)
  assert.deepEqual([progress.waiting(), progress.position()], [0, 2])
})

test('who waited too long is told so and forgotten', async () => {
  const progress = startProgress()
  progress.pass(4)
  await assert.rejects(progress.reach(5, 10), /event 5 has not been taken in within 0.01 s \(the last one was 4\)/)
  assert.equal(progress.waiting(), 0)
})
