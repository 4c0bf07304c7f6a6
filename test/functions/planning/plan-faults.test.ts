import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Plan } from '../../../domain/catalogue/plan.ts'
import { planFaults } from '../../../functions/planning/plan-faults.ts'
import { plan } from '../../support/facts.ts'

const faultsWith = (more: object): string[] => planFaults(Plan.parse({ ...plan, ...more }))
const many = (count: number, of: (n: number) => unknown): unknown[] => Array.from({ length: count }, (_, n) => of(n))

test('a plan of ordinary size with paths of the repository has no fault', () => {
  assert.deepEqual(
    faultsWith({ files_to_modify: ['src/cart.js', './a b/ü.ts', '.github/workflows/ci.yml', '.gitignore', 'a..b.txt', 'docs/'] }),
    [],
  )
  assert.deepEqual(faultsWith({ steps: [{ description: 'look', file: '', rationale: '' }] }), [])
})

for (const file of [
  '/etc/passwd',
  '../other/a.js',
  'src/../../a.js',
  '~/.ssh/id',
  'C:\\windows\\a',
  'src\\..\\..\\a',
  '.git/config',
  'sub/.GIT/hooks/x',
  'a\u0000b',
  'src/\u202egpj.js',
  'src/a\u3164.js',
  '$HOME/.ssh/id_rsa',
  `\${HOME}/x`,
  'a/$(pwd)/b',
  '%APPDATA%\\x',
  'file:///etc/passwd',
  'https://example.com/a.js',
  '%2e%2e/x',
  '\u2025/x',
  'a/.git./x',
  'a/.git::$INDEX_ALLOCATION/x',
  '.git\u200d/x',
  'git~1/x',
])
  test(`a plan that names ${JSON.stringify(file)} is refused, as a file and in a step`, () => {
    assert.match(faultsWith({ files_to_modify: [file] }).join(), /^files_to_modify\.0: .*root of the repository/)
    assert.match(faultsWith({ steps: [{ description: 'write', file, rationale: '' }] }).join(), /^steps\.0\.file: /)
  })

for (const file of ['.', './', './...', '*', '**/*', '**/*.*', '**/{*,.*}'])
  test(`a plan may not modify ${JSON.stringify(file)}, though a step may be about it`, () => {
    assert.match(faultsWith({ files_to_modify: [file] }).join(), /names no file, or all of them; name paths from the root/)
    assert.deepEqual(faultsWith({ steps: [{ description: 'run all tests', file, rationale: '' }] }), [])
  })

test('names that only look like a variable, a glob or git are paths', () => {
  const routes = [
    'app/routes/$id.tsx',
    'src/$lang/index.ts',
    'pages/[...slug].tsx',
    'a/(group)/@modal/page.tsx',
    `skel/\${{ values.name }}/a.js`,
  ]
  const others = [
    '{{cookiecutter.name}}/a.py',
    'src/**/*.ts',
    'git~/x',
    'my.git/x',
    '.github/a.yml',
    '.gitmodules',
    'Foo$Bar.java',
    '100%/a',
    'a~1.txt',
  ]
  const scripts = ['\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645.md', '\u6771\u3000\u4eac.md', '\u26a0\ufe0f.md', 'a\u00e9.md']
  assert.deepEqual(faultsWith({ files_to_modify: [...routes, ...others, ...scripts] }), [])
})

test('a plan too large to be read is refused, and told by what', () => {
  assert.match(
    faultsWith({ steps: many(41, (n) => ({ description: `step ${n}`, file: 'a.js', rationale: '' })) }).join(),
    /^steps: 41 .* 40 at most/,
  )
  assert.match(faultsWith({ files_to_modify: many(101, (n) => `src/${n}.js`) }).join(), /^files_to_modify: 101/)
  assert.match(faultsWith({ acceptance_criteria: many(31, (n) => `total(${n}) gives ${n} cents`) }).join(), /^acceptance_criteria: 31/)
  assert.match(faultsWith({ summary: 'x'.repeat(4001) }).join(), /a text of 4001 characters/)
  assert.match(
    faultsWith({ steps: many(40, (n) => ({ description: `${n} ${'x'.repeat(2000)}`, file: 'a.js', rationale: '' })) }).join(),
    /longer than 60000/,
  )
})

for (const criterion of [
  'works',
  'It works.',
  'TODO TODO',
  'Placeholder criterion 1',
  'The implementation should be correct and done.',
  'the code works correctly',
  'Everything is done',
  'all features should work as expected',
  'ok',
  'N/A',
  '...',
  'tbd',
  'no bugs',
  'The change is implemented',
  '完成',
  '-------',
  'aaaaaaaa',
  'ok ok ok ok',
  'As requested',
  'Implemented as described in the task.',
  'See the summary',
  'The requirements are met',
  'All acceptance criteria are fulfilled',
  'The implementation meets the requirements',
  'It does what the task says',
  'The feature behaves as expected',
  'Es funktioniert',
  'Fertig und funktioniert',
  'Der Code funktioniert wie gewünscht.',
  'Alles ist umgesetzt',
  'Die Anforderungen sind erfüllt',
  'Siehe Zusammenfassung',
])
  test(`"${criterion}" is no criterion`, () =>
    assert.match(faultsWith({ acceptance_criteria: [criterion] }).join(), /^acceptance_criteria\.0: .* says nothing that could be checked/))

for (const criterion of [
  'total() gives whole cents',
  '`a.js` contains `x`',
  'all tests pass',
  'npm test ends with 0',
  'The code works with Node 20',
  '合計は整数になる',
  'add(1, 2) is 3',
  '`add(1, 2)` is 3',
  'npm test passes',
  'All tests pass',
  'add() works for negative numbers',
  'total() behaves as described in docs/total.md',
  'see docs/total.md for the new option',
  'GET /health does what the task says: it answers 200',
  'The requirements file pins flask',
  'Alle Tests laufen durch',
  'add(1, 2) ist 3',
  'Der Knopf ist rot',
])
  test(`"${criterion}" is one`, () => assert.deepEqual(faultsWith({ acceptance_criteria: [criterion] }), []))

test('rules and lines of tables are read to an end, however long', () => {
  for (const criterion of [`${'-'.repeat(5000)} x y`, `${'- '.repeat(2000)}| total |`])
    assert.doesNotMatch(faultsWith({ acceptance_criteria: [criterion] }).join(), /says nothing/)
})
