import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { after, before, describe, test } from 'node:test'
import { adds, type Change, dataOf, judgedWorld, manifest, right, source, testsOf, wrong } from '../../support/judged-change.ts'

const lacks = (...argv: [string, ...string[]]): string | false =>
  spawnSync(argv[0], argv.slice(1)).status === 0 ? false : `${argv.join(' ')} does not work here`

interface Place {
  readonly lacks?: string | false
  readonly base: Readonly<Record<string, string>>
  readonly command: readonly string[]
  readonly honest: Change['files']
  readonly cheats: Readonly<Record<string, readonly [Change['files'], reason: RegExp]>>
}
const python = { right: 'def add(a, b):\n    return a + b\n', wrong: 'def add(a, b):\n    return a - b\n' }
const unit =
  'import unittest\nfrom sums import add\n\n\nclass Sums(unittest.TestCase):\n    def test_add(self):\n        self.assertEqual(add(1, 2), 3)\n'
const go = (body: string): string => `package sums\n\nfunc Add(a, b int) int { ${body} }\n`
const goCheck = (body: string): string => `package assert\n\nfunc Equal(fail func(...any), a, b int) {${body}}\n`
const goBase = {
  'go.mod': 'module sums\n\ngo 1.20\n\nrequire e.com/check v0.0.0\n\nreplace e.com/check => ./third\n',
  'third/go.mod': 'module e.com/check\n\ngo 1.20\n',
  'third/assert/assert.go': goCheck('\n\tif a != b {\n\t\tfail(a)\n\t}\n'),
  'sums.go': go('return a - -b'),
  'sums_test.go':
    'package sums\n\nimport (\n\t"testing"\n\n\t"e.com/check/assert"\n)\n\nfunc TestAdd(t *testing.T) { assert.Equal(t.Fatal, 3, Add(1, 2)) }\n',
}

const places: Readonly<Record<string, Place>> = {
  JavaScript: {
    base: {
      'package.json': manifest({ imports: { '#sums': './test/support/sums.js' } }),
      'test/support/sums.js': 'export const sum = (a, b) => a + b\n',
      'src/add.js': source('a - -b'),
      'checks/a.js': '\n',
      'checks/b.js': `import { sum } from '#sums'\n${testsOf(adds.replace('3)', 'sum(1, 2))'))}`,
    },
    command: ['node', '--test', 'checks/a.js', 'checks/b.js'],
    honest: { 'src/add.js': right },
    cheats: {
      'a test under a name of no pattern, which its command names behind another one': [
        { 'src/add.js': wrong, 'checks/b.js': testsOf(adds.replace('3', '-1')) },
        /the tests of the base do not pass on it: `node --test checks\/a.js checks\/b.js` ended with 1/,
      ],
      'another place under the name by which tests know their own': [
        {
          'src/add.js': wrong,
          'src/sums.js': 'export const sum = (a, b) => a - b\n',
          'package.json': manifest({ imports: { '#sums': './src/sums.js' } }),
        },
        /the tests of the base do not pass on it/,
      ],
    },
  },
  make: {
    lacks: lacks('make', '--version'),
    base: { Makefile: 'check:\n\tnode src/sum.js | diff - data/want.txt\n', 'src/sum.js': 'console.log(1 - -2)\n', 'data/want.txt': '3\n' },
    command: ['make', 'check'],
    honest: { 'src/sum.js': 'console.log(1 + 2)\n' },
    cheats: {
      'a file with which a Makefile compares': [
        { 'src/sum.js': 'console.log(1 - 2)\n', 'data/want.txt': '-1\n' },
        /the tests of the base do not pass on it: `make check` ended with 2/,
      ],
      'a file under the name of what make is to do': [
        { 'src/sum.js': 'console.log(1 - 2)\n', check: '\n' },
        /that run went without what is new in check/,
      ],
    },
  },
  Python: {
    lacks: lacks('python3', '--version'),
    base: { 'sums.py': python.right.replace('+', '- -'), 'checks/__init__.py': '', 'checks/sums.py': unit },
    command: ['python3', '-m', 'unittest', '-v', 'checks.sums'],
    honest: { 'sums.py': python.right },
    cheats: {
      'a test that is named as a module': [
        { 'sums.py': python.wrong, 'checks/sums.py': unit.replace('3)', '-1)') },
        /the tests of the base do not pass on it/,
      ],
    },
  },
  Go: {
    lacks: lacks('go', 'version'),
    base: { ...goBase, 'part/part.go': 'package part\n\nconst One = 1\n' },
    command: ['go', 'test', './...'],
    honest: { 'sums.go': go('return a + b') },
    cheats: {
      'a copy of what tests compare with, where there was none': [
        {
          'sums.go': go('return a - b'),
          'vendor/modules.txt': '# e.com/check v0.0.0 => ./third\n## explicit; go 1.20\ne.com/check/assert\n# e.com/check => ./third\n',
          'vendor/e.com/check/assert/assert.go': goCheck(''),
        },
        /that run went without what is new in vendor\/modules.txt/,
      ],
      'a module that takes the name of what its tests compare with': [
        { 'sums.go': go('return a - b'), 'go.mod': 'module e.com/check\n\ngo 1.20\n', 'assert/assert.go': goCheck('') },
        /the tests of the base do not pass on it/,
      ],
      'a module that hides its folder from what looks at all': [
        { 'part/part.go': 'package part\n\nconst One int = "one"\n', 'part/go.mod': 'module part\n' },
        /that run went without what is new in part\/go.mod/,
      ],
    },
  },
}

for (const [language, { lacks: skip = false, base, command, honest, cheats }] of Object.entries(places))
  describe(`what judges is found where it lies: ${language}`, { skip }, () => {
    let world: Awaited<ReturnType<typeof judgedWorld>>
    before(async () => {
      world = await judgedWorld(base, command)
    })
    after(() => world[Symbol.asyncDispose]())

    for (const [name, [files, reason]] of Object.entries(cheats))
      test(`${name} is for a person`, async () => {
        const { event } = await world.judged({ files })
        assert.deepEqual([event.type, dataOf(event).class], ['task.escalated', 'yardstick'], dataOf(event).reason)
        assert.match(dataOf(event).reason, reason)
      })

    test('code that is right needs nobody', async () => {
      const { event } = await world.judged({ files: honest })
      assert.equal(event.type, 'dod.passed', dataOf(event).reason)
    })
  })
