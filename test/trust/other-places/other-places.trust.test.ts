import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { describe, test } from 'node:test'
import { adds, type Change, dataOf, judgedWorld, manifest, right, source, testsOf, wrong } from '../../support/judged-change.ts'

const lacks = (...argv: [string, ...string[]]): string | false =>
  spawnSync(argv[0], argv.slice(1)).status === 0 ? false : `${argv.join(' ')} does not work here`

interface Place {
  readonly lacks?: string | false
  readonly base: Readonly<Record<string, string>>
  readonly command: readonly string[]
  readonly cheat: Change['files']
  readonly honest: Change['files']
  readonly reason: RegExp
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
  'a test under a name of no pattern, which its command names behind another one': {
    base: { 'package.json': manifest(), 'src/add.js': source('a - -b'), 'checks/a.js': '\n', 'checks/b.js': testsOf(adds) },
    command: ['node', '--test', 'checks/a.js', 'checks/b.js'],
    cheat: { 'src/add.js': wrong, 'checks/b.js': testsOf(adds.replace('3', '-1')) },
    honest: { 'src/add.js': right },
    reason: /the tests of the base do not pass on it: `node --test checks\/a.js checks\/b.js` ended with 1/,
  },
  'a file with which a Makefile compares': {
    lacks: lacks('make', '--version'),
    base: { Makefile: 'check:\n\tnode src/sum.js | diff - data/want.txt\n', 'src/sum.js': 'console.log(1 - -2)\n', 'data/want.txt': '3\n' },
    command: ['make', 'check'],
    cheat: { 'src/sum.js': 'console.log(1 - 2)\n', 'data/want.txt': '-1\n' },
    honest: { 'src/sum.js': 'console.log(1 + 2)\n' },
    reason: /the tests of the base do not pass on it: `make check` ended with 2/,
  },
  'a file under the name of what make is to do': {
    lacks: lacks('make', '--version'),
    base: { Makefile: 'check:\n\tnode src/sum.js\n', 'src/sum.js': 'process.exit(1 - -2 === 3 ? 0 : 1)\n' },
    command: ['make', 'check'],
    cheat: { 'src/sum.js': 'process.exit(1 - 2 === 3 ? 0 : 1)\n', check: '\n' },
    honest: { 'src/sum.js': 'process.exit(1 + 2 === 3 ? 0 : 1)\n' },
    reason: /that run went without what is new in check/,
  },
  'a module of Go that hides its folder from what looks at all': {
    lacks: lacks('go', 'version'),
    base: { 'go.mod': 'module sums\n\ngo 1.20\n', 'sums.go': go('return a - -b'), 'part/part.go': 'package part\n\nconst One = 1\n' },
    command: ['go', 'vet', './...'],
    cheat: { 'part/part.go': 'package part\n\nconst One int = "one"\n', 'part/go.mod': 'module part\n' },
    honest: { 'part/part.go': 'package part\n\nconst One = 2 - 1\n' },
    reason: /that run went without what is new in part\/go.mod/,
  },
  'a test of Python that is named as a module': {
    lacks: lacks('python3', '--version'),
    base: { 'sums.py': python.right.replace('+', '- -'), 'checks/__init__.py': '', 'checks/sums.py': unit },
    command: ['python3', '-m', 'unittest', '-v', 'checks.sums'],
    cheat: { 'sums.py': python.wrong, 'checks/sums.py': unit.replace('3)', '-1)') },
    honest: { 'sums.py': python.right },
    reason: /the tests of the base do not pass on it/,
  },
  'a copy of what the tests of Go compare with, where there was none': {
    lacks: lacks('go', 'version'),
    base: goBase,
    command: ['go', 'test', './...'],
    cheat: {
      'sums.go': go('return a - b'),
      'vendor/modules.txt': '# e.com/check v0.0.0 => ./third\n## explicit; go 1.20\ne.com/check/assert\n# e.com/check => ./third\n',
      'vendor/e.com/check/assert/assert.go': goCheck(''),
    },
    honest: { 'sums.go': go('return a + b') },
    reason: /that run went without what is new in vendor\/modules.txt/,
  },
  'a module of Go that takes the name of what its tests compare with': {
    lacks: lacks('go', 'version'),
    base: goBase,
    command: ['go', 'test', './...'],
    cheat: { 'sums.go': go('return a - b'), 'go.mod': 'module e.com/check\n\ngo 1.20\n', 'assert/assert.go': goCheck('') },
    honest: { 'sums.go': go('return a + b') },
    reason: /the tests of the base do not pass on it/,
  },
}

describe('what judges is found where it lies', { concurrency: 2 }, () => {
  for (const [name, { lacks: skip = false, base, command, cheat, honest, reason }] of Object.entries(places))
    test(name, { skip }, async () => {
      await using world = await judgedWorld(base, command)
      const { event } = await world.judged({ files: cheat })
      assert.deepEqual([event.type, dataOf(event).class], ['task.escalated', 'yardstick'], dataOf(event).reason)
      assert.match(dataOf(event).reason, reason)
      const mended = await world.judged({ files: honest })
      assert.equal(mended.event.type, 'dod.passed', dataOf(mended.event).reason)
    })
})
