import assert from 'node:assert/strict'
import { test } from 'node:test'
import { repeatsFor, unequalRuns } from '../../../functions/verification/repeat-checks.ts'

const change = { file: 'test/a.js', kind: 'test', change: 'added', added: 1, removed: 0 } as const

const ranFor = (durationMs: number) => [{ command: 'npm test', exitCode: 0, output: '', durationMs }]
const long = [...ranFor(6_000), ...ranFor(6_000)]

test('a short run is repeated once, whatever the change says, and a long one that says nothing of chance is not', () => {
  const diff = '--- a/a.js\n+++ b/a.js\n+  return a + b\n'
  assert.equal(repeatsFor({}, [], diff)(ranFor(9_000)), 1)
  assert.equal(repeatsFor({}, [], diff)(long), 0)
})

test('what touches tests, clocks, pauses or chance is repeated once, however long it takes', () => {
  assert.equal(repeatsFor({}, [change], '')(long), 1)
  for (const line of [
    ...['if (Math.random() > 0.5)', 'await setTimeout(10)', 'const at = new Date()', 'const { random } = Math', 'process.pid % 2'],
    ...['crypto.getRandomValues(bytes)', 'import { setTimeout as wait } from "node:timers/promises"', 'Temporal.Now.instant()'],
    ...[
      'time.sleep(1)',
      'random.choice(a)',
      'from random import choice',
      'import secrets',
      'random() < 0.5',
      'os.urandom(1)',
      'asyncio.sleep(1)',
    ],
    ...['t := time.Now()', 'time.Since(start)', '"math/rand"', 'Time.now.to_i', 'rand < 0.5', 'mt_rand(0, 1)', '[ $RANDOM -gt 9 ]'],
    ...['new Random().nextBoolean()', 'ThreadLocalRandom.current()', 'rand::random::<bool>()', 'Instant::now()'],
  ])
    assert.equal(repeatsFor({}, [], `+  ${line}`)(long), 1, line)
  for (const line of ['-  Math.random()\n   Date.now()\n', '+ const brand = <b>{brandNew}</b>', '+  operand(1)', '+ timeSince(a)'])
    assert.equal(repeatsFor({}, [], line)(long), 0, line)
})

test('the operator says how often', () => {
  assert.equal(repeatsFor({ repeat: 3 }, [], '')(long), 3)
  assert.equal(repeatsFor({ repeat: 0 }, [change], '')(ranFor(1)), 0)
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
