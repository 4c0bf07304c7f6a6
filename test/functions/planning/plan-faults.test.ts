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
])
  test(`a plan that names ${JSON.stringify(file)} is refused, as a file and in a step`, () => {
    assert.match(faultsWith({ files_to_modify: [file] }).join(), /^files_to_modify\.0: .*root of the repository/)
    assert.match(faultsWith({ steps: [{ description: 'write', file, rationale: '' }] }).join(), /^steps\.0\.file: /)
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
])
  test(`"${criterion}" is one`, () => assert.deepEqual(faultsWith({ acceptance_criteria: [criterion] }), []))
