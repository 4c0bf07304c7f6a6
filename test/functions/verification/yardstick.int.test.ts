import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { adds, type Change, dataOf, judgedWorld, manifest, right, testsOf, wrong, zero } from '../../support/judged-change.ts'

let setting: Awaited<ReturnType<typeof judgedWorld>>
before(async () => {
  setting = await judgedWorld()
})
after(() => setting[Symbol.asyncDispose]())

describe('a legitimate change passes without a person', () => {
  const changes: Readonly<Record<string, readonly [Change, changes: string[], runs: string[]]>> = {
    'a new test file, which is run twice, and left out where the base judges': [
      { files: { 'src/add.js': right, 'test/new.test.js': testsOf(zero) } },
      ['test/new.test.js added'],
      ['head 4', 'repeat 4', 'base tests 3'],
    ],
    'a test more in a file of the base': [
      { files: { 'src/add.js': right, 'test/other.test.js': testsOf(adds, zero) } },
      ['test/other.test.js changed'],
      ['head 4', 'repeat 4', 'base tests 3'],
    ],
    'a new dependency with its lock file': [
      {
        files: {
          'src/add.js': right,
          'package.json': manifest({ dependencies: { ms: '^2.1.3' } }),
          'package-lock.json': '{ "lockfileVersion": 3, "packages": {} }\n',
        },
      },
      [],
      ['head 3', 'repeat 3'],
    ],
    'a script that has nothing to do with the checks': [
      { files: { 'src/add.js': right, 'package.json': manifest({ scripts: { test: 'sh scripts/check.sh', start: 'node .' } }) } },
      ['package.json changed'],
      ['head 3', 'repeat 3', 'base tests 3'],
    ],
  }
  for (const [name, [change, touched, runs]] of Object.entries(changes))
    test(name, async () => {
      const { event } = await setting.judged(change)
      const data = dataOf(event)
      assert.equal(event.type, 'dod.passed', data.reason)
      assert.deepEqual(
        data.judged.changes.map(({ file, change: what }) => `${file} ${what}`),
        touched,
      )
      assert.deepEqual(
        data.checks.map(({ run = 'head', tests }) => `${run} ${tests?.passed}`),
        runs,
      )
    })
})

test('code that ends the process before its first test has failed, and its author may mend it', async () => {
  const { event } = await setting.judged({ files: { 'src/add.js': `${wrong}process.exit(0)\n` } })
  assert.deepEqual([event.type, dataOf(event).class], ['dod.failed', 'test_failure'])
  assert.match(dataOf(event).reason, /`node --run test` ran 0 tests on the change, and 3 at the base/)
})

test('checks that come to another end when they are repeated are flaky', async () => {
  const once = `import { existsSync, writeFileSync } from 'node:fs'\n${testsOf("test('once', () => { assert.ok(!existsSync('seen')); writeFileSync('seen', '') })")}`
  const { event } = await setting.judged({ files: { 'test/once.test.js': once } })
  assert.deepEqual([event.type, dataOf(event).class], ['dod.failed', 'flaky'])
  assert.match(dataOf(event).reason, /ended with 0 \(4 passed, 0 failed, 0 skipped\) at first, and ended with 1 \(3 passed, 1 failed/)
})
