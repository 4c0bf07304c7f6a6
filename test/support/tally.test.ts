import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addFinished, inWords, newTally } from './tally.ts'

test('a run counts what passed, failed and was skipped, and keeps names and reasons', () => {
  const tally = newTally()
  addFinished(tally, { name: 'works', place: 'a.test.ts', passed: true })
  addFinished(tally, { name: 'breaks', place: 'a.test.ts', passed: false })
  addFinished(tally, { name: 'waits', place: 'b.test.ts', passed: true, skipped: 'no semgrep here' })
  assert.equal(inWords(tally), '1 passed, 1 failed, 1 skipped')
  assert.deepEqual(tally.failed, [{ name: 'breaks', place: 'a.test.ts' }])
  assert.deepEqual(tally.skipped, [{ name: 'waits', reason: 'no semgrep here' }])
})
