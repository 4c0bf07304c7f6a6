import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { escalated, fact } from '../../support/facts.ts'
import { adds, dataOf, judgedWorld, manifest, right, testsOf, wrong, zero } from '../../support/judged-change.ts'

let setting: Awaited<ReturnType<typeof judgedWorld>>
before(async () => {
  setting = await judgedWorld()
})
after(() => setting[Symbol.asyncDispose]())

test('what a person approved by its hash is judged by its own, once more, and the person is named', async () => {
  const { event, head } = await setting.judged({ files: { 'src/add.js': right, 'test/other.test.js': null } })
  const { yardstick, reason } = dataOf(event)
  const more = [
    { ...escalated(reason, 'yardstick'), data: { ...escalated(reason, 'yardstick').data, yardstick } },
    fact('yardstick.approved', { hash: yardstick, by: 'ada', channel: 'cli' }),
  ]
  const again = await setting.judged({ files: {} }, { more, headSha: head })
  assert.deepEqual([again.event.type, dataOf(again.event).judged.approvedBy], ['dod.passed', 'ada'])
})

test('the operator may let the change judge itself, or have every change of the tests approved', async () => {
  const fooling = { files: { 'src/add.js': wrong, 'package.json': manifest({ scripts: { test: 'true' } }) } }
  assert.equal((await setting.judged(fooling, { dod: { tests: 'head' } })).event.type, 'dod.passed')
  const { event } = await setting.judged(
    { files: { 'src/add.js': right, 'test/other.test.js': testsOf(adds, zero) } },
    { dod: { tests: 'approve' } },
  )
  assert.match(dataOf(event).reason, /every change of the tests and of what runs them is for a person/)
})

test('coverage is read, and held against what is demanded', async () => {
  const covering = 'node --test --experimental-test-coverage --test-reporter=lcov --test-reporter-destination=lcov.info && node --test\n'
  const change = { files: { 'src/add.js': `${right}export const never = () => {\n  return 0\n}\n`, 'scripts/check.sh': covering } }
  const { event } = await setting.judged(change)
  assert.equal(event.type, 'dod.passed')
  const { coverage = 0 } = dataOf(event)
  assert.ok(coverage > 0 && coverage < 100, `${coverage}`)
  const failed = await setting.judged(change, { dod: { coverage_min: 100 } })
  assert.match(dataOf(failed.event).reason, /% of the lines are covered; at least 100 % must be/)
  const none = await setting.judged({ files: { 'src/add.js': right } }, { dod: { coverage_min: 50 } })
  assert.equal(dataOf(none.event).class, 'permanent')
})

test('what a test of the base reads is the test, wherever it lies: the output of wrong code is no other expectation', async () => {
  const reads =
    "import assert from 'node:assert/strict'\nimport { readFileSync } from 'node:fs'\nimport { test } from 'node:test'\nimport { add } from '../src/add.js'\ntest('prints', () => assert.equal(add(1, 2), Number(readFileSync(new URL('../reports/sum.txt', import.meta.url)))))\n"
  const base = {
    'package.json': manifest({ scripts: { test: 'node --test' } }),
    'src/add.js': right,
    'reports/sum.txt': '3\n',
    'test/a.test.js': reads,
  }
  await using world = await judgedWorld(base)
  const { event } = await world.judged({ files: { 'src/add.js': wrong, 'reports/sum.txt': '-1\n' } })
  assert.deepEqual([event.type, dataOf(event).class], ['task.escalated', 'yardstick'])
  assert.match(dataOf(event).reason, /the tests of the base do not pass on it/)
})
