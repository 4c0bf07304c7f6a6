import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addFinished, addTime, inWords, newTally, slowest, sumOf } from './tally.ts'

test('a run counts what passed, failed and was skipped, and keeps names and reasons', () => {
  const tally = newTally()
  addFinished(tally, { name: 'works', place: 'a.test.ts', passed: true })
  addFinished(tally, { name: 'breaks', place: 'a.test.ts', passed: false })
  addFinished(tally, { name: 'waits', place: 'b.test.ts', passed: true, skipped: 'no semgrep here' })
  assert.equal(inWords(tally), '1 passed, 1 failed, 1 skipped')
  assert.deepEqual(tally.failed, [{ name: 'breaks', place: 'a.test.ts' }])
  assert.deepEqual(tally.skipped, [{ name: 'waits', reason: 'no semgrep here' }])
})

test('several tallies are one, and its slowest files are told with their seconds', () => {
  const [one, other] = [newTally(), newTally()]
  addFinished(one, { name: 'works', place: 'a.test.ts', passed: true })
  addFinished(other, { name: 'breaks', place: 'b.test.ts', passed: false })
  addTime(one, 'a.test.ts', 1200)
  addTime(one, 'a.test.ts', 300)
  addTime(other, 'b.test.ts', 61_000)
  addTime(other, 'c.test.ts', 10)
  const all = sumOf([one, other])
  assert.equal(inWords(all), '1 passed, 1 failed, 0 skipped')
  assert.deepEqual(slowest(all, 2), ['  61.0 s  b.test.ts', '   1.5 s  a.test.ts'])
})
