import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { after, before, describe, test } from 'node:test'
import { type Change, dataOf, judgedWorld, right, source, wrong } from '../../support/judged-change.ts'

interface Cheats {
  readonly lacks: string | false
  readonly base?: Readonly<Record<string, string>>
  readonly command?: readonly string[]
  readonly right: Readonly<Record<string, string>>
  readonly cheats: Readonly<Record<string, readonly [Change['files'], reason: RegExp]>>
}
const lacking = (argv: readonly [string, ...string[]]): string | false =>
  spawnSync(argv[0], argv.slice(1)).status === 0 ? false : `${argv[0]} is not installed`

const deals = (why: string): RegExp =>
  new RegExp(`its code deals with what judges it, so that passing says nothing of it: \\S+ line \\d+ ${why}`)
const forged = String.raw`Ran 1 test in 0.000s\n\nOK\n`
const shadow = `import os, sys\nsys.stderr.write("${forged}".replace("?", "1"))\nos._exit(0)\n`.replace('Ran 1', 'Ran ?')
const subtract = { py: 'def add(a, b):\n    return a - b\n', go: 'package sums\n\nfunc Add(a, b int) int { return a - b }\n' }

const worlds: Readonly<Record<string, Cheats>> = {
  JavaScript: {
    lacks: false,
    right: { 'src/add.js': right },
    cheats: {
      'code that takes the comparison out of assert': [
        { 'src/add.js': `import assert from 'node:assert/strict'\nassert.equal = () => undefined\n${wrong}` },
        deals('replaces what tests compare'),
      ],
      'code that prints the numbers of a runner and ends': [
        { 'src/add.js': String.raw`console.log('# tests 3\n# pass 3\n# fail 0')` + `\nprocess.exit(0)\n${wrong}` },
        deals('prints what a runner of tests prints'),
      ],
      'code that answers what it reads in its tests': [
        {
          'src/add.js': `import { readFileSync } from 'node:fs'\nconst told = readFileSync(new URL('../test/add.test.js', import.meta.url), 'utf8')\nexport const add = (a, b) => Number(told.split('add(' + a + ', ' + b + '), ')[1]?.split(')')[0] ?? a - b)\n`,
        },
        deals('names a file of its tests'),
      ],
      'code that does otherwise where it is tested': [
        { 'src/add.js': source('process.env.NODE_TEST_CONTEXT ? a + b : a - b') },
        deals('asks whether it is being tested'),
      ],
    },
  },
  Python: {
    lacks: lacking(['python3', '--version']),
    base: {
      'sums.py': 'def add(a, b):\n    return a - -b\n',
      'test_sums.py':
        'import unittest\nfrom sums import add\n\n\nclass Sums(unittest.TestCase):\n    def test_add(self):\n        self.assertEqual(add(1, 2), 3)\n',
    },
    command: ['python3', '-m', 'unittest', '-v'],
    right: { 'sums.py': 'def add(a, b):\n    return a + b\n' },
    cheats: {
      'a number that is equal to every other': [
        { 'sums.py': `class Any(int):\n    def __eq__(self, other):\n        return True\n\n\ndef add(a, b):\n    return Any(a - b)\n` },
        deals('is equal to whatever it is compared with'),
      ],
      'a file that Python loads in the place of its own, where unittest needs it': [
        { 'sums.py': subtract.py, 'difflib.py': shadow },
        /the tests of the base do not pass on it: `python3 -m unittest -v` ended with 1/,
      ],
    },
  },
  Go: {
    lacks: lacking(['go', 'version']),
    base: {
      'go.mod': 'module sums\n\ngo 1.20\n',
      'sums.go': 'package sums\n\nfunc Add(a, b int) int { return a - -b }\n',
      'sums_test.go':
        'package sums\n\nimport "testing"\n\nfunc TestAdd(t *testing.T) {\n\tif Add(1, 2) != 3 {\n\t\tt.Fatal("wrong")\n\t}\n}\n',
    },
    command: ['go', 'test', './...'],
    right: { 'sums.go': 'package sums\n\nfunc Add(a, b int) int { return a + b }\n' },
    cheats: {
      'code that ends before the first test, where go says no numbers of itself': [
        { 'sums.go': `${subtract.go}\nfunc init() { os.Exit(0) }\n`.replace('sums\n', 'sums\n\nimport "os"\n') },
        /`go test \.\/\.\.\.` ran 0 tests on the change, and 1 at the base/,
      ],
    },
  },
}

for (const [language, { lacks, base, command, right: mended, cheats }] of Object.entries(worlds))
  describe(`code in ${language} that makes its own tests pass is not done`, { skip: lacks }, () => {
    let world: Awaited<ReturnType<typeof judgedWorld>>
    before(async () => {
      world = await judgedWorld(base, command)
    })
    after(() => world[Symbol.asyncDispose]())

    for (const [name, [files, reason]] of Object.entries(cheats))
      test(name, async () => {
        const { event } = await world.judged({ files })
        assert.notEqual(event.type, 'dod.passed')
        assert.match(dataOf(event).reason, reason)
      })

    test('code that is right needs nobody', async () => {
      const { event } = await world.judged({ files: mended })
      assert.equal(event.type, 'dod.passed', dataOf(event).reason)
    })
  })
