import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fuzzVerdict } from './fuzz.ts'

const crash = '____ POST /tasks ____\nRuntime Error\n\n    SystemError: AST constructor recursion depth mismatch (before=63, after=60)\n'
const ours = '____ GET /health ____\nNetwork Error\n\n    Connection refused\n'
const errors = (...found: string[]): string => `======= ERRORS =======\n${found.join('')}\nNeed more help?\n====== SUMMARY ======\n`
const failures = '======== FAILURES ========\n____ GET /tasks ____\n1. Undocumented HTTP status code\n'

test('a run without errors tells how much it tried', () => {
  assert.deepEqual(fuzzVerdict(0, 'Operations:\n  Tested: 31\n'), { kind: 'sound', tested: 31 })
})

test('a crash of the fuzzer itself is told apart by its words', () => {
  const verdict = fuzzVerdict(1, errors(crash, crash))
  assert.equal(verdict.kind, 'crashed')
  assert.match(verdict.kind === 'crashed' ? verdict.reason : '', /AST constructor .*Python 3\.11/)
})

test('a finding is a finding, also beside a crash, and so is an error that is not the known one', () => {
  for (const report of [failures + errors(crash), errors(crash, ours), errors(ours), failures, ''])
    assert.deepEqual(fuzzVerdict(1, report), { kind: 'finding' })
})
