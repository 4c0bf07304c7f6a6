import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gatewayProgress } from '../../../../infra/chat/discord/gateway-progress.ts'

test('handled is what comes before the first that is not, whatever the order', () => {
  const progress = gatewayProgress(4)
  assert.deepEqual([progress.received(), progress.handled()], [4, 4])
  for (const sequence of [5, 6, 7]) progress.began(sequence)
  progress.done(6)
  assert.deepEqual([progress.received(), progress.handled()], [7, 4])
  progress.done(5)
  assert.equal(progress.handled(), 6)
  progress.done(7)
  assert.equal(progress.handled(), 7)
})
