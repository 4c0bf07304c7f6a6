import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { createTestCounter } from '../../../infra/checks/test-counts.ts'

const countsOf = (text: string) => {
  const counter = createTestCounter()
  for (const line of text.split('\n')) counter.line(line)
  return counter.counts()
}

/** Outputs as the tools printed them; each file's name says which. */
const printed = (name: string): string => readFileSync(new URL(`./output/${name}.txt`, import.meta.url), 'utf8')

const cases: Readonly<Record<string, readonly [passed: number, failed: number, skipped: number]>> = {
  'node-spec': [2, 0, 2],
  'node-tap': [2, 0, 2],
  pytest: [1, 1, 2],
  'pytest-quiet': [1, 1, 2],
  'pytest-none': [0, 0, 0],
  'pytest-xpass': [2, 0, 1],
  unittest: [1, 1, 1],
  'unittest-none': [0, 0, 0],
  jest: [1, 1, 2],
  vitest: [1, 1, 2],
  mocha: [1, 1, 1],
  cargo: [2, 0, 1],
  'go-json': [2, 1, 1],
  'go-verbose': [2, 1, 1],
  junit: [1, 1, 2],
  maven: [4, 2, 1],
  gradle: [2, 1, 1],
  rspec: [3, 1, 1],
  'rspec-outside': [0, 1, 0],
  minitest: [3, 1, 1],
  phpunit: [5, 0, 0],
  'phpunit-issues': [3, 2, 1],
  dotnet: [7, 1, 1],
  'dotnet-summary': [5, 0, 1],
  xctest: [1, 1, 1],
  xcpretty: [5, 0, 0],
  'swift-testing': [1, 1, 1],
}
for (const [name, [passed, failed, skipped]] of Object.entries(cases))
  test(`tests are counted in the output of ${name}`, () => assert.deepEqual(countsOf(printed(name)), { passed, failed, skipped }))

test('a file that ends before its first test is no test that passed', () => {
  assert.deepEqual(countsOf(printed('node-empty-file')), { passed: 0, failed: 0, skipped: 0 })
  assert.deepEqual(countsOf(printed('node-empty-file-tap')), { passed: 0, failed: 0, skipped: 0 })
})

test('several runs in one command are added up, colours or not', () =>
  assert.deepEqual(countsOf(`${printed('node-spec')}\n\u001b[32m${printed('jest')}\u001b[0m\n`), { passed: 3, failed: 1, skipped: 4 }))

test('an output without tests is no count', () => {
  assert.equal(countsOf('checked 12 files\nall good\n'), undefined)
  assert.equal(countsOf(printed('gradle-quiet')), undefined)
})
