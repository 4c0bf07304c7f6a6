import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { after, before, describe, test } from 'node:test'
import { type Change, dataOf, judgedWorld } from '../../support/judged-change.ts'

const lacks = (program: string): string | false =>
  spawnSync(program, [program === 'go' ? 'version' : '--version']).status === 0 ? false : `${program} is not installed`

/** What comes of a change: the type of the fact, then what its reason must say, if there is one. */
type Case = readonly [name: string, change: Change['files'], ends: string, says?: RegExp]

const tried = (
  language: string,
  program: string,
  files: Readonly<Record<string, string>>,
  command: string[],
  cases: readonly Case[],
): Promise<void> =>
  describe(`${language}'s own runner`, { skip: lacks(program) }, () => {
    let setting: Awaited<ReturnType<typeof judgedWorld>>
    before(async () => {
      setting = await judgedWorld(files, command)
    })
    after(() => setting[Symbol.asyncDispose]())
    for (const [name, change, ends, says = /^/] of cases)
      test(name, async () => {
        const { event } = await setting.judged({ files: change })
        assert.equal(event.type, ends, dataOf(event).reason)
        assert.match(dataOf(event).reason ?? '', says)
      })
  })

const lib = (body: string, tests: string): string =>
  `pub fn add(a: i64, b: i64) -> i64 {\n    ${body}\n}\n\n#[cfg(test)]\nmod tests {\n${tests}}\n`
const inner = '    #[test]\n    fn adds() {\n        assert_eq!(super::add(1, 2), 3);\n    }\n'
const nothing = inner.replace('adds()', 'adds_nothing()').replaceAll(/2|3/g, (digit) => (digit === '2' ? '0' : '1'))
const cargo = '[package]\nname = "sums"\nversion = "0.1.0"\nedition = "2021"\n'

tried(
  'Rust',
  'cargo',
  { 'Cargo.toml': cargo, '.gitignore': 'target\nCargo.lock\n', 'src/lib.rs': lib('a - -b', inner) },
  ['cargo', 'test'],
  [
    ['a test more in the file of the product needs nobody', { 'src/lib.rs': lib('a + b', inner + nothing) }, 'dod.passed'],
    [
      'a wrong sum whose test inside of the file was changed with it is for a person',
      { 'src/lib.rs': lib('a - b', inner.replace('3', '-1')) },
      'task.escalated',
      /the tests of the base do not pass on it: `cargo test` ended with 101/,
    ],
    [
      'a test that is ignored is missed',
      { 'src/lib.rs': lib('a + b', inner.replace('fn', '#[ignore]\n    fn')) },
      'dod.failed',
      /ran 0 tests/,
    ],
    [
      'tests that are switched off in the manifest are missed',
      { 'src/lib.rs': lib('a - b', inner), 'Cargo.toml': `${cargo}[lib]\ntest = false\n` },
      'task.escalated',
    ],
  ],
)

const product = (body: string): string => `package sums\n\nfunc Add(a, b int) int { ${body} }\n`
const goTests = (name: string, body = 'if Add(1, 2) != 3 {\n\t\tt.Fatal()\n\t}'): string =>
  `package sums\n\nimport "testing"\n\nfunc Test${name}(t *testing.T) {\n\t${body}\n}\n`

tried(
  'Go',
  'go',
  { 'go.mod': 'module sums\n\ngo 1.22\n', 'sums.go': product('return a - -b'), 'sums_test.go': goTests('Adds') },
  ['go', 'test', './...'],
  [
    ['a test more needs nobody', { 'sums.go': product('return a + b'), 'more_test.go': goTests('More') }, 'dod.passed'],
    [
      'a test that fails when it is run again is found, whatever go remembers of the first time',
      {
        'again_test.go': goTests('Again', 'if syscall.Mkdir("seen", 0o700) != nil {\n\t\tt.Fatal()\n\t}').replace(
          '"testing"',
          '(\n\t"syscall"\n\t"testing"\n)',
        ),
      },
      'dod.failed',
      /flaky/,
    ],
    [
      'a test that is skipped is missed',
      { 'sums_test.go': goTests('Adds', 't.Skip()') },
      'task.escalated',
      /ran 0 tests on the change, and 1 at the base/,
    ],
  ],
)
