import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cookieHints } from '../../../browser-worker/lane/person-watch.ts'

test('a cookie that never came before is worth a look after 10 s, one that keeps changing after pauses that double up to 5 minutes', () => {
  let now = 0
  const areWorth = cookieHints(() => now)
  assert.equal(areWorth([]), false)
  assert.equal(areWorth(['restless']), true)
  const looks: number[] = []
  for (; now < 1_300_000; now += 1000) if (areWorth(['restless', ...(now >= 35_000 ? ['session'] : [])])) looks.push(now)
  assert.deepEqual(looks, [10_000, 30_000, 40_000, 120_000, 280_000, 580_000, 880_000, 1_180_000])
})

test('a page that makes up a new name each time is loaded every 5 minutes in the end', () => {
  let now = 0
  const areWorth = cookieHints(() => now)
  const looks: number[] = []
  for (; now < 4 * 3_600_000; now += 1000) if (areWorth([`made-up-${now}`])) looks.push(now)
  assert.equal(Math.min(...looks.slice(1).map((at, index) => at - (looks[index] ?? 0))), 10_000)
  assert.equal(looks.filter((at) => at >= 3 * 3_600_000).length, 12)
})
