import assert from 'node:assert/strict'
import { test } from 'node:test'
import { repeatsFor, unequalRuns } from '../../../functions/verification/repeat-checks.ts'

const change = { file: 'test/a.js', kind: 'test', change: 'added', added: 1, removed: 0 } as const

test('what touches tests, clocks, pauses or chance is repeated once', () => {
  assert.equal(repeatsFor({}, [], '--- a/a.js\n+++ b/a.js\n+  return a + b\n'), 0)
  assert.equal(repeatsFor({}, [change], ''), 1)
  for (const line of [
    'if (Math.random() > 0.5)',
    'await setTimeout(10)',
    'const at = new Date()',
    'time.sleep(1)',
    't := time.Now()',
    'random.choice(a)',
  ])
    assert.equal(repeatsFor({}, [], `+  ${line}`), 1, line)
  assert.equal(repeatsFor({}, [], '-  Math.random()\n   Date.now()\n'), 0)
})

test('the operator says how often', () => {
  assert.equal(repeatsFor({ repeat: 3 }, [], ''), 3)
  assert.equal(repeatsFor({ repeat: 0 }, [change], ''), 0)
})

test('another end, or another number of tests, is told in words', () => {
  const run = (exitCode: number, passed: number) => ({
    command: 'npm test',
    exitCode,
    output: '',
    durationMs: 1,
    tests: { passed, failed: 0, skipped: 0 },
  })
  assert.deepEqual(unequalRuns([run(0, 3)], [[run(0, 3)], [run(0, 3)]]), [])
  assert.deepEqual(unequalRuns([run(0, 3)], [[run(0, 3)], [run(0, 2)]]), [
    '`npm test` ended with 0 (3 passed, 0 failed, 0 skipped) at first, and ended with 0 (2 passed, 0 failed, 0 skipped) when it was repeated (2)',
  ])
  assert.equal(unequalRuns([run(0, 3)], [[run(1, 3)]]).length, 1)
})
