import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { type FinishedEvent, finishedTest, lateFailure } from './run-files.ts'
import { root } from './tiers.ts'

const file = join(root, 'test/bus/a.int.test.ts')
const place = 'test/bus/a.int.test.ts'
const ended = (passed: boolean, { details, ...more }: Partial<FinishedEvent> = {}) =>
  finishedTest({ name: 'works', nesting: 1, file, details: { duration_ms: 1, ...details }, ...more }, passed, [file])
const suite = (failureType?: string) => ({
  details: { type: 'suite', duration_ms: 1, ...(failureType ? { error: Object.assign(new Error('no'), { failureType }) } : {}) },
})

test('a test is told by its name and its file, skipped ones with their reason', () => {
  assert.deepEqual(ended(true), { name: 'works', place, passed: true })
  assert.deepEqual(ended(true, { skip: 'no semgrep here' }), { name: 'works', place, passed: true, skipped: 'no semgrep here' })
})

test('a suite counts for nothing where its tests speak for it, as a failure where it failed by itself, and as skipped where it is', () => {
  assert.equal(ended(true, suite()), undefined)
  assert.equal(ended(false, suite('subtestsFailed')), undefined)
  assert.deepEqual(ended(false, suite('testCodeFailure')), { name: 'works', place, passed: false })
  assert.deepEqual(ended(true, { ...suite(), skip: 'no pytest' }), { name: 'works', place, passed: true, skipped: 'no pytest' })
})

test('a file that passed without a test has failed', () => {
  assert.deepEqual(ended(true, { name: file, nesting: 0 }), { name: `${place} has no test`, place, passed: false })
})

test('what a test threw after its end is a failure of its file, and nothing else that the runner says is one', () => {
  const what =
    'This activity created the error "Error: late" and would have caused the test to fail, but instead triggered an uncaughtException event.'
  assert.deepEqual(
    lateFailure(`Error: Test "says "hello"" at ${place}:2:1 generated asynchronous activity after the test ended. ${what}`),
    {
      name: `says "hello", after its end: ${what}`,
      place,
      passed: false,
    },
  )
  for (const other of ['tests 3', 'the browser was back after 12 ms']) assert.equal(lateFailure(other), undefined)
})
