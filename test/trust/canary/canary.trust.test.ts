import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { after, before, describe, test } from 'node:test'
import { adds, type Change, dataOf, judgedWorld, manifest, right, source, testsOf, zero } from '../../support/judged-change.ts'

interface Cheats {
  readonly lacks: string | false
  readonly base: Readonly<Record<string, string>>
  readonly executable?: readonly string[]
  /** It prints no numbers. */
  readonly command: readonly string[]
  /** Honest changes, and in which files a test that must fail did. */
  readonly honest: Readonly<Record<string, readonly [Change['files'], heard: readonly string[]]>>
  readonly cheats: Readonly<Record<string, Change['files']>>
}
const lacking = (argv: readonly [string, ...string[]]): string | false =>
  spawnSync(argv[0], argv.slice(1)).status === 0 ? false : `${argv[0]} is not installed`

const together = "['ex', 'it'].join('')"
const lines = "require('fs').readFileSync('test/add.test.js', 'utf8').split('\\\\n').length"
/** A module that the command does not name. */
const place = (name: string): string => `require('path').resolve('src', '${name}' + '.js')`
const goTests = 'package sums\n\nimport "testing"\n\nfunc TestAdd(t *testing.T) {\n\tif Add(1, 2) != 3 {\n\t\tt.Fatal("wrong")\n\t}\n}\n'
const goBase = { 'go.mod': 'module sums\n\ngo 1.20\n', 'sums.go': 'package sums\n\nfunc Add(a, b int) int { return a - -b }\n' }
const leavingInGo = (statement: string): string =>
  `package sums\n\nimport "syscall"\n\nfunc Add(a, b int) int {\n\t${statement}\n\treturn a - b\n}\n`
const rust = (body: string): string =>
  `pub fn add(a: i32, b: i32) -> i32 {\n    let _ = (a, b);\n    ${body}\n}\n\n#[cfg(test)]\nmod tests {\n    use super::*;\n\n    #[test]\n    fn adds() {\n        assert_eq!(add(1, 2), 3);\n    }\n}\n`
const pythonTests =
  'import unittest\nfrom sums import add\n\n\nclass Sums(unittest.TestCase):\n    def test_add(self):\n        self.assertEqual(add(1, 2), 3)\n\n\nif __name__ == "__main__":\n    unittest.main()\n'

const worlds: Readonly<Record<string, Cheats>> = {
  'JavaScript, with a check that prints nothing': {
    lacks: false,
    base: { 'package.json': manifest(), 'src/add.js': source('a - -b'), 'test/add.test.js': testsOf(adds, zero) },
    command: ['sh', '-c', 'node --test > report.txt 2>&1'],
    honest: {
      'code that is right': [{ 'src/add.js': right }, ['test/add.test.js']],
      'a program that leaves when it is done': [
        { 'src/add.js': right, 'src/main.js': "import { add } from './add.js'\nexport const main = () => process.exit(add(0, 0))\n" },
        ['test/add.test.js'],
      ],
      'a new test': [{ 'src/add.js': right, 'test/new.test.js': testsOf(zero) }, ['test/add.test.js']],
      'words about it': [{ 'README.md': 'It adds.\n' }, []],
    },
    cheats: {
      'a function that ends the process': { 'src/add.js': 'export const add = (a, b) => {\n  process.exit(0)\n  return a - b\n}\n' },
      'one that ends it by a name that is put together': {
        'src/add.js': `export const add = (a, b) => {\n  process[${together}](0)\n  return a - b\n}\n`,
      },
    },
  },
  'JavaScript, where assertions are swallowed': {
    lacks: false,
    base: { 'package.json': manifest(), 'src/add.js': source('a - -b'), 'test/add.test.js': testsOf(adds, zero) },
    command: ['node', '--test', '--test-reporter=dot'],
    honest: { 'code that is right': [{ 'src/add.js': right }, ['test/add.test.js']] },
    cheats: {
      'by a module whose name is put together': {
        'src/add.js': `const builtin = process[['getBuiltin', 'Module'].join('')]\nconst told = builtin(['as', 'sert', '/strict'].join(''))\nReflect.set(told, ['eq', 'ual'].join(''), () => undefined)\nexport const add = (a, b) => a - b\n`,
      },
    },
  },
  'JavaScript, where one file of several hears nothing': {
    lacks: false,
    base: {
      'package.json': manifest(),
      'src/add.js': source('a - -b'),
      'src/other.js': 'export const other = (a) => a\n',
      'test/add.test.js': testsOf(adds, zero),
      'test/other.test.js': testsOf("test('other', async () => assert.equal((await import('../src/other.js')).other(1), 1))"),
    },
    command: ['sh', '-c', 'node --test --test-reporter=dot'],
    honest: { 'code that is right': [{ 'src/add.js': right }, ['test/add.test.js', 'test/other.test.js']] },
    cheats: {
      'a function that ends the process of the tests that call it': {
        'src/add.js': `export const add = (a, b) => {\n  process[${together}](0)\n  return a - b\n}\n`,
      },
    },
  },
  'JavaScript, by a program that compares as it goes': {
    lacks: false,
    base: {
      'package.json': manifest(),
      'src/add.js': source('a - -b'),
      'test/run.js': "import assert from 'node:assert/strict'\nimport { add } from '../src/add.js'\nassert.equal(add(1, 2), 3)\n",
    },
    command: ['node', 'test/run.js'],
    honest: { 'code that is right': [{ 'src/add.js': right }, ['test/run.js']] },
    cheats: {
      'what is thrown is kept by a listener whose name is put together': {
        'src/add.js': `process[['o', 'n'].join('')](['uncaught', 'Exception'].join(''), () => undefined)\n${source('a - b')}`,
      },
    },
  },
  'JavaScript, by a program that is executed itself': {
    lacks: false,
    base: {
      'package.json': manifest(),
      'src/add.js': source('a - -b'),
      'test/add.test.js':
        "#!/usr/bin/env node\nimport assert from 'node:assert/strict'\nimport { add } from '../src/add.js'\nassert.equal(add(1, 2), 3)\n",
    },
    executable: ['test/add.test.js'],
    command: ['./test/add.test.js'],
    honest: { 'code that is right': [{ 'src/add.js': right }, ['test/add.test.js']] },
    cheats: {
      'a function that ends the process by a name that is put together': {
        'src/add.js': `export const add = (a, b) => {\n  process[${together}](0)\n  return a - b\n}\n`,
      },
    },
  },
  'JavaScript, where more than tests is checked': {
    lacks: false,
    base: {
      'package.json': manifest(),
      'src/add.js': source('a - b'),
      'test/add.test.js': testsOf(zero),
    },
    command: ['sh', '-c', `node -e "import(${place('add')}).then(({ add }) => process.exit(add(1, 2) - 3))"`],
    honest: { 'what mends a check that failed at the base, and runs no tests': [{ 'src/add.js': right }, []] },
    cheats: {},
  },
  'JavaScript, where a linter of the product refuses the test that was added': {
    lacks: false,
    base: {
      'package.json': manifest(),
      'src/most.js': 'export default 10\n',
      'src/add.js': source('a - -b'),
      'test/add.test.js': testsOf(adds),
    },
    command: ['sh', '-c', `node -e "import(${place('most')}).then((most) => process.exit(${lines} > most.default ? 1 : 0))"`],
    honest: { 'what lets it have more lines': [{ 'src/add.js': right, 'src/most.js': 'export default 99\n' }, []] },
    cheats: {},
  },
  Python: {
    lacks: lacking(['python3', '--version']),
    base: { 'sums.py': 'def add(a, b):\n    return a - -b\n', 'test_sums.py': pythonTests },
    command: ['sh', '-c', 'python3 -m unittest > report.txt 2>&1'],
    honest: { 'code that is right': [{ 'sums.py': 'def add(a, b):\n    return a + b\n' }, ['test_sums.py']] },
    cheats: {
      'a function that ends the process by a name that is put together': {
        'sums.py': 'import os\n\n\ndef add(a, b):\n    getattr(os, "_ex" + "it")(0)\n    return a - b\n',
      },
    },
  },
  'Python, by pytest': {
    lacks: lacking(['python3', '-m', 'pytest', '--version']),
    base: {
      'sums.py': 'def add(a, b):\n    return a - -b\n',
      'test_sums.py': 'from sums import add\n\n\ndef test_add():\n    assert add(1, 2) == 3\n',
    },
    command: ['sh', '-c', 'python3 -m pytest -q > report.txt 2>&1'],
    honest: { 'code that is right': [{ 'sums.py': 'def add(a, b):\n    return a + b\n' }, ['test_sums.py']] },
    cheats: {
      'a function that ends the process by a name that is put together': {
        'sums.py': 'import os\n\n\ndef add(a, b):\n    vars(os)["_ex" + "it"](0)\n    return a - b\n',
      },
    },
  },
  Rust: {
    lacks: lacking(['cargo', '--version']),
    base: {
      'Cargo.toml': '[package]\nname = "sums"\nversion = "0.1.0"\nedition = "2021"\n',
      'Cargo.lock': 'version = 3\n\n[[package]]\nname = "sums"\nversion = "0.1.0"\n',
      'src/lib.rs': rust('a - -b'),
    },
    command: ['sh', '-c', 'cargo test --offline > report.txt 2>&1'],
    honest: { 'code that is right': [{ 'src/lib.rs': rust('a + b') }, ['src/lib.rs']] },
    cheats: { 'a function that ends the process': { 'src/lib.rs': rust('std::process::exit(0)') } },
  },
  Go: {
    lacks: lacking(['go', 'version']),
    base: { ...goBase, 'sums_test.go': goTests },
    command: ['sh', '-c', 'GOFLAGS= go test ./... > report.txt 2>&1'],
    honest: { 'code that is right': [{ 'sums.go': 'package sums\n\nfunc Add(a, b int) int { return a + b }\n' }, ['sums_test.go']] },
    cheats: {
      'a function that ends the process past what go looks at': { 'sums.go': leavingInGo('syscall.Exit(0)') },
    },
  },
}

for (const [language, { lacks, base, executable, command, honest, cheats }] of Object.entries(worlds))
  describe(`a check shows that it can fail: ${language}`, { skip: lacks }, () => {
    let world: Awaited<ReturnType<typeof judgedWorld>>
    before(async () => {
      world = await judgedWorld(base, command, executable)
    })
    after(() => world[Symbol.asyncDispose]())

    for (const [name, files] of Object.entries(cheats))
      test(`${name} keeps it from failing, and a person is told how that shows`, async () => {
        const { event, head } = await world.judged({ files })
        const { class: cls, reason, findings, yardstick } = dataOf(event)
        assert.deepEqual([event.type, cls], ['task.escalated', 'yardstick'], reason)
        assert.match(reason, /passes although a test that must fail was added to \S+, and at the base it fails with it/)
        assert.match(findings[0]?.file ?? '', /test|lib\.rs/, reason)
        const { event: again } = await world.judged({ files }, { headSha: head })
        assert.equal(dataOf(again).yardstick, yardstick, 'what a person approves is seen again')
        const { event: unasked } = await world.judged({ files }, { dod: { canary: false } })
        assert.equal(unasked.type, 'dod.passed', 'nothing else shows it')
      })

    for (const [name, [files, heard]] of Object.entries(honest))
      test(`${name} needs nobody`, async () => {
        const { event } = await world.judged({ files })
        const { reason, judged } = dataOf(event)
        assert.equal(event.type, 'dod.passed', reason)
        assert.deepEqual(judged.canary?.heard ?? [], heard)
      })
  })
