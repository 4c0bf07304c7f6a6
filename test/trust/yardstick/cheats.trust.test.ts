import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { adds, type Change, dataOf, judgedWorld, manifest, right, source, testsOf, wrong, zero } from '../../support/judged-change.ts'

let setting: Awaited<ReturnType<typeof judgedWorld>>
before(async () => {
  setting = await judgedWorld()
})
after(() => setting[Symbol.asyncDispose]())

describe('what changes the yardstick is for a person, by name', () => {
  const changes: Readonly<Record<string, readonly [Change, reason: RegExp, files: string[]]>> = {
    'the script that runs the tests does nothing, and the code is wrong': [
      { files: { 'src/add.js': wrong, 'package.json': manifest({ scripts: { test: 'true' } }) } },
      /the tests of the base do not pass on it: `node --run test` ended with 1/,
      ['package.json'],
    ],
    'the script that runs the tests does nothing, and the code is right': [
      { files: { 'src/add.js': right, 'package.json': manifest({ scripts: { test: 'true' } }) } },
      /ran 0 tests on the change, and 3 at the base/,
      ['package.json'],
    ],
    'a script that a script names does nothing': [
      { files: { 'src/add.js': wrong, 'scripts/check.sh': 'exit 0\n' } },
      /the tests of the base do not pass/,
      ['scripts/check.sh'],
    ],
    'tests are deleted': [
      { files: { 'src/add.js': wrong, 'test/add.test.js': null, 'test/other.test.js': null } },
      /the tests of the base do not pass/,
      ['test/add.test.js', 'test/other.test.js'],
    ],
    'a test is deleted though it passes': [
      { files: { 'src/add.js': right, 'test/other.test.js': null } },
      /it has test\/other.test.js deleted \(\+0 -4\)/,
      ['test/other.test.js'],
    ],
    'a test is emptied': [
      { files: { 'src/add.js': right, 'test/other.test.js': '' } },
      /test\/other.test.js emptied/,
      ['test/other.test.js'],
    ],
    'a test is replaced by a link': [
      { files: { 'src/add.js': right }, links: { 'test/other.test.js': '../src/add.js' } },
      /test\/other.test.js replaced by a link/,
      ['test/other.test.js'],
    ],
    'the folder of tests is replaced by a link': [
      {
        files: { 'src/add.js': wrong, 'test/add.test.js': null, 'test/other.test.js': null, 'fake/add.test.js': 'process.exit(0)\n' },
        links: { test: 'fake' },
      },
      /the tests of the base do not pass/,
      ['test/add.test.js', 'test/other.test.js'],
    ],
    'a test is skipped': [
      { files: { 'src/add.js': right, 'test/other.test.js': testsOf(adds.replace("'adds',", "'adds', { skip: true },")) } },
      /ran 2 tests on the change, and 3 at the base/,
      ['test/other.test.js'],
    ],
    'a test is skipped and another one added': [
      { files: { 'src/add.js': right, 'test/other.test.js': testsOf(adds.replace("'adds',", "'adds', { skip: true },"), zero) } },
      /skipped 1 more tests on the change than at the base/,
      ['test/other.test.js'],
    ],
    'a test says otherwise, as the task may want': [
      {
        files: {
          'src/add.js': source('String(a + b)'),
          'test/add.test.js': testsOf(),
          'test/other.test.js': testsOf("test('adds', () => assert.equal(add(1, 2), '3'))"),
        },
      },
      /the tests of the base do not pass/,
      ['test/add.test.js', 'test/other.test.js'],
    ],
  }
  for (const [name, [change, reason, files]] of Object.entries(changes))
    test(name, async () => {
      const { event } = await setting.judged(change)
      const data = dataOf(event)
      assert.deepEqual([event.type, data.class], ['task.escalated', 'yardstick'])
      assert.match(data.reason, reason)
      assert.deepEqual(
        data.findings.flatMap(({ file }) => file ?? []),
        files,
      )
      assert.match(data.reason, new RegExp(`cortex approve task-1 --hash ${data.yardstick}$`))
    })
})

test('a new test that makes those of the base pass is not there when they decide', async () => {
  await using oneProcess = await judgedWorld(undefined, ['node', '--test', '--test-isolation=none'])
  const fooling =
    "import assert from 'node:assert/strict'\nimport { test } from 'node:test'\nassert.equal = () => undefined\ntest('fine', () => undefined)\n"
  const { event } = await oneProcess.judged({ files: { 'src/add.js': wrong, 'test/a-first.test.js': fooling } })
  const { class: cls, reason, findings } = dataOf(event)
  assert.deepEqual([event.type, cls], ['task.escalated', 'yardstick'], reason)
  assert.match(reason, /the tests of the base do not pass on it without its new ones: `node --test .*` ended with 1 after 3 tests/)
  assert.equal(findings[0]?.file, 'test/a-first.test.js')
})

test('a script that hides its exit code hides no failed test', async () => {
  await using hiding = await judgedWorld(undefined, ['sh', '-c', 'node --test || true'])
  const { event } = await hiding.judged({ files: { 'src/add.js': wrong } })
  assert.deepEqual([event.type, dataOf(event).class], ['dod.failed', 'test_failure'])
  assert.match(dataOf(event).reason, /ended with 0, though 2 of its tests failed/)
})

test('a runner that the definition of done names comes back, whatever its name', async () => {
  const run = "import { add } from './src/add.js'\nif (add(1, 2) !== 3) process.exit(1)\n"
  await using named = await judgedWorld({ 'package.json': manifest(), 'run-tests.mjs': run, 'src/add.js': right }, [
    'node',
    'run-tests.mjs',
  ])
  const { event } = await named.judged({ files: { 'src/add.js': wrong, 'run-tests.mjs': '\n' } })
  assert.equal(event.type, 'task.escalated')
  assert.match(dataOf(event).reason, /the tests of the base do not pass on it: `node run-tests.mjs` ended with 1/)
})

test('what a script of the base loads in turn comes from the base, and what it loads of the product does not', async () => {
  const files = {
    'package.json': manifest({ scripts: { test: 'node scripts/run.mjs' } }),
    'scripts/run.mjs': "import { check } from './lib/check.mjs'\nimport { add } from '../src/add.js'\ncheck(add)\n",
    'scripts/lib/check.mjs': 'export const check = (add) => process.exit(add(1, 2) === 3 ? 0 : 1)\n',
    'src/add.js': source('a - -b'),
  }
  await using deep = await judgedWorld(files)
  const cheat = await deep.judged({ files: { 'src/add.js': wrong, 'scripts/lib/check.mjs': 'export const check = () => undefined\n' } })
  assert.deepEqual([cheat.event.type, dataOf(cheat.event).class], ['task.escalated', 'yardstick'])
  assert.equal(dataOf(cheat.event).findings[0]?.file, 'scripts/lib/check.mjs')
  assert.equal((await deep.judged({ files: { 'src/add.js': right } })).event.type, 'dod.passed')
})

const passing = "import { test } from 'node:test'\ntest('adds', () => undefined)\n"
const rewriting = (file: string): string =>
  `import { writeFileSync } from 'node:fs'\nwriteFileSync(new URL('../test/${file}', import.meta.url), ${JSON.stringify(passing)})\n`
const rewritten: Readonly<Record<string, readonly [base: Readonly<Record<string, string>>, command: readonly string[], file: string]>> = {
  'a build of the change that writes the tests before they run': [
    { 'src/build.js': "import './lib.js'\n", 'test/add.test.js': testsOf(adds) },
    ['sh', '-c', 'node src/build.js && node --test'],
    'add.test.js',
  ],
  'code of the change that a first test loads, and that writes the next one': [
    { 'test/a.test.js': `import '../src/lib.js'\n${passing}`, 'test/b.test.js': testsOf(adds) },
    ['node', '--test', '--test-concurrency=1'],
    'b.test.js',
  ],
}
for (const [name, [files, command, file]] of Object.entries(rewritten))
  test(`${name} is for a person`, async () => {
    await using world = await judgedWorld(
      { 'package.json': manifest(), 'src/lib.js': '\n', 'src/add.js': source('a - -b'), ...files },
      command,
    )
    const { event } = await world.judged({ files: { 'src/add.js': wrong, 'src/lib.js': rewriting(file) } })
    const { class: cls, reason, findings } = dataOf(event)
    assert.deepEqual([event.type, cls], ['task.escalated', 'yardstick'])
    assert.match(reason, new RegExp(`test/${file} of the base, which judge it, were written while they did`))
    assert.equal(findings[0]?.file, `test/${file}`)
    assert.equal((await world.judged({ files: { 'src/add.js': right } })).event.type, 'dod.passed')
  })

test('a weakened linter is not excused by a new test', async () => {
  const lint =
    "import { readFileSync } from 'node:fs'\nconst { no } = JSON.parse(readFileSync('.eslintrc.json', 'utf8'))\nif (readFileSync('src/add.js', 'utf8').includes(no)) process.exit(1)\n"
  const files = { 'package.json': manifest(), '.eslintrc.json': '{"no":"eval"}', 'tools/lint.mjs': lint, 'src/add.js': right }
  const line = ['sh', '-c', 'node --test && node tools/lint.mjs']
  await using linted = await judgedWorld({ ...files, 'test/add.test.js': testsOf(adds) }, line)
  const weakened = { 'src/add.js': `${right}eval(0)\n`, '.eslintrc.json': '{"no":"nothing"}', 'test/new.test.js': testsOf(adds) }
  const { event } = await linted.judged({ files: weakened })
  assert.equal(event.type, 'task.escalated')
  assert.match(dataOf(event).reason, /the tests of the base do not pass on it: `sh -c .*` ended with 1/)
})
