import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addFinished, addTime, inWords, newTally, settled, slowest, sumOf, worthAnotherRun } from './tally.ts'

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

const failedIn = (...tests: [name: string, place: string][]) => {
  const tally = newTally()
  for (const [name, place] of tests) addFinished(tally, { name, place, passed: false })
  return tally
}

test('what fails alone, too, has failed; what passes alone is unsteady', () => {
  const after = settled(failedIn(['breaks', 'a.test.ts'], ['wavers', 'b.test.ts']), failedIn(['breaks', 'a.test.ts'], ['new', 'b.test.ts']))
  assert.equal(inWords(after), '1 passed (1 unsteady), 2 failed, 0 skipped')
  assert.deepEqual(after.unsteady, [{ name: 'wavers', place: 'b.test.ts' }])
})

test('few files with failures are worth another run, many are a finding', () => {
  assert.deepEqual(worthAnotherRun(failedIn(['one', 'a'], ['two', 'a'], ['three', 'b'])), ['a', 'b'])
  assert.deepEqual(worthAnotherRun(failedIn(['one', 'a'], ['two', 'b'], ['three', 'c'], ['four', 'd'])), [])
})
