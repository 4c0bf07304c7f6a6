import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cookieHints } from '../../../browser-worker/lane/person-watch.ts'

test('a cookie that never came before is worth a look at once, one that keeps changing after pauses that double', () => {
  let now = 0
  const areWorth = cookieHints(() => now)
  assert.equal(areWorth([]), false)
  assert.equal(areWorth(['restless']), true)
  assert.equal(areWorth(['restless']), false)
  assert.equal(areWorth(['restless', 'session']), true)
  const looks: number[] = []
  for (; now < 200_000; now += 1000) if (areWorth(['restless'])) looks.push(now)
  assert.deepEqual(looks, [20_000, 60_000, 140_000])
})
