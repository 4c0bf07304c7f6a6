import assert from 'node:assert/strict'
import { test } from 'node:test'
import { followArrivals } from '../../../gateway/context/arrivals.ts'

test('who waits for the next fact of a story is answered when the services stop, not when the patience is over', async () => {
  const stopping = new AbortController()
  const arrivals = followArrivals({ onFact: () => undefined }, stopping.signal)
  const [one, other] = [arrivals.next('task-a', 3_600_000), arrivals.next('task-b', 3_600_000)]
  stopping.abort()
  assert.deepEqual(await Promise.all([one.arrived, other.arrived]), [false, false])
  assert.equal(await arrivals.next('task-a', 3_600_000).arrived, false)
})
