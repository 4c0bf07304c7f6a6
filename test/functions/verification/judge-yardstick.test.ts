import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { YardstickChange } from '../../../domain/catalogue/shared.ts'
import type { CheckResult } from '../../../functions/verification/check-ports.ts'
import { hashOfDoubts, judgeYardstick, type Seen, yardstickOf } from '../../../functions/verification/judge-yardstick.ts'
import { config } from '../../support/stubs.ts'

const check = (passed?: number, skipped = 0, exitCode = 0): CheckResult => ({
  command: 'npm test',
  exitCode,
  output: '',
  durationMs: 1,
  ...(passed === undefined ? {} : { tests: { passed, failed: 0, skipped } }),
})
const touched = (file: string, change: YardstickChange['change'] = 'changed', kind: YardstickChange['kind'] = 'test') =>
  ({ file, kind, change, added: 1, removed: 2 }) satisfies YardstickChange
const seen = (more: Partial<Seen> = {}): Seen => ({
  tests: 'base',
  changes: [],
  head: [check(3)],
  rewritten: [],
  meddling: [],
  base: [{ passed: 3, failed: 0, skipped: 0 }],
  ...more,
})
const reasonOf = (more: Partial<Seen>): string => {
  const ruling = judgeYardstick(seen(more))
  return ruling.kind === 'judged' ? 'judged' : `${ruling.kind}: ${ruling.reason}`
}

test('where what judges a change was written while it did, a person looks at it', () => {
  const written = 'of the base, which judge it, were written while they did'
  assert.equal(reasonOf({ rewritten: ['test/a.js'] }), `doubted: test/a.js ${written}`)
  assert.equal(reasonOf({ rewritten: ['test/a.js', 'test/b.js'] }), `doubted: test/a.js and 1 more files ${written}`)
  assert.equal(reasonOf({ rewritten: ['test/a.js'], tests: 'head' }), 'judged')
})

test('code that deals with what judges it is for a person, however well it passes', () => {
  const meddling = [{ from: 'dod' as const, file: 'src/a.js', line: 3, problem: 'line 3 asks whether it is being tested: CI' }]
  assert.match(reasonOf({ meddling }), /^doubted: its code deals with what judges it.*: src\/a\.js line 3 asks whether it is being tested/)
  assert.equal(reasonOf({ meddling, tests: 'head' }), 'judged')
  // Approved with it is what else there is; what the author can mend stays his.
  const failing = reasonOf({ meddling, changes: [touched('test/a.js', 'changed')], laid: { checks: [check(2, 0, 1)] } })
  assert.match(failing, /^doubted: the tests of the base do not pass on it.*; and its code deals with what judges it/)
  assert.match(reasonOf({ meddling, base: [{ passed: 9, failed: 0, skipped: 0 }] }), /^failed: /)
})

test('a change that leaves the tests alone, or adds some, is judged', () => {
  assert.equal(reasonOf({}), 'judged')
  assert.equal(reasonOf({ changes: [touched('test/new.js', 'added')], head: [check(4, 1)] }), 'judged')
  assert.equal(reasonOf({ changes: [touched('Makefile', 'changed', 'runner')], laid: { checks: [check(3)] } }), 'judged')
})

test('fewer tests than at the base are its author’s to mend, and a person’s where tests were touched', () => {
  assert.equal(reasonOf({ head: [check(2)] }), 'failed: `npm test` ran 2 tests on the change, and 3 at the base')
  assert.equal(reasonOf({ head: [check()] }), 'failed: `npm test` ran 0 tests on the change, and 3 at the base')
  assert.equal(
    reasonOf({ head: [check(2)], changes: [touched('test/a.js')], laid: { checks: [check(3)] } }),
    'doubted: `npm test` ran 2 tests on the change, and 3 at the base',
  )
})

test('tests that failed at the base ran there, too', () =>
  assert.equal(
    reasonOf({ base: [{ passed: 1, failed: 2, skipped: 0 }], head: [check(2)] }),
    'failed: `npm test` ran 2 tests on the change, and 3 at the base',
  ))

test('tests of the base that do not pass on the change, or cannot be set up, are for a person', () => {
  const changes = [touched('test/a.js')]
  assert.equal(
    reasonOf({ changes, laid: { checks: [check(1, 0, 1)] } }),
    'doubted: the tests of the base do not pass on it: `npm test` ended with 1',
  )
  const failure = { class: 'infrastructure', reason: 'the setup failed' } as const
  assert.equal(
    reasonOf({ changes, laid: { checks: [], failure } }),
    'doubted: the tests of the base do not pass on it: they could not be set up',
  )
})

test('a person is told each file with its lines, however many there are', () => {
  const changes = [touched('test/a.js', 'deleted'), touched('test/new.js', 'added'), touched('Makefile', 'changed', 'runner')]
  const ruling = judgeYardstick(seen({ changes, laid: { checks: [check(3)] } }))
  assert.deepEqual(ruling.kind === 'doubted' && ruling.doubts.map(({ file, problem }) => [file, problem]), [
    ['test/a.js', 'test/a.js deleted (+1 -2)'],
    ['Makefile', 'Makefile changed (+1 -2)'],
  ])
  const many = judgeYardstick(seen({ changes: Array.from({ length: 200 }, (_, n) => touched(`test/${n}.js`, 'emptied')) }))
  assert.equal(many.kind === 'doubted' && many.doubts.at(-1)?.problem, 'and 140 more files')
})

test('what cannot be compared is said', () => {
  const notes = (more: Partial<Seen>) => {
    const ruling = judgeYardstick(seen(more))
    return ruling.kind === 'judged' ? ruling.notes : ruling
  }
  assert.deepEqual(notes({ base: [null], head: [check()] }), ['no check prints how many tests it ran'])
  assert.deepEqual(notes({ base: null }), ['how many tests ran at the base is not known, for the checks cannot be run there'])
  assert.deepEqual(notes({ base: [{ passed: 0, failed: 0, skipped: 0 }], head: [check(0)] }), ['no test ran'])
})

test('what is approved is this tree with these doubts', () => {
  const doubts = [{ from: 'dod', problem: 'test/a.js deleted (+0 -3)' }] as const
  assert.equal(hashOfDoubts('tree', doubts), hashOfDoubts('tree', [...doubts]))
  assert.notEqual(hashOfDoubts('tree', doubts), hashOfDoubts('other', doubts))
  assert.notEqual(hashOfDoubts('tree', doubts), hashOfDoubts('tree', []))
})

test('a project has its own settings, and of those it does not name, everybody’s', () => {
  const settings = config({
    dod: { tests: 'approve', coverage_min: 70 },
    projects: { shop: { path: '/shop', yardstick: { tests: 'head', repeat: 2 } } },
  })
  assert.deepEqual(yardstickOf(settings, 'shop'), { tests: 'head', check_base: true, canary: true, repeat: 2, coverage_min: 70 })
  assert.deepEqual(yardstickOf(settings, 'other'), {
    tests: 'approve',
    check_base: true,
    canary: true,
    repeat: undefined,
    coverage_min: 70,
  })
})

const added = [touched('test/new.js', 'added')]
const base = [{ passed: 3, failed: 0, skipped: 0 }]

test('where a change only adds tests, those of the base must pass without them', () => {
  assert.equal(reasonOf({ changes: added, head: [check(4)], base, laid: { checks: [check(3)] } }), 'judged')
  const reason = 'doubted: the tests of the base do not pass on it without its new ones: `npm test` ended with'
  assert.equal(reasonOf({ changes: added, head: [check(4)], base, laid: { checks: [check(2, 0, 1)] } }), `${reason} 1 after 2 tests`)
  assert.equal(reasonOf({ changes: added, head: [check(4)], base, laid: { checks: [check()] } }), `${reason} 0 after 0 tests`)
  const ruling = judgeYardstick(seen({ changes: added, head: [check(4)], base, laid: { checks: [check(2, 0, 1)] } }))
  assert.deepEqual(ruling.kind === 'doubted' && ruling.doubts.map(({ file }) => file), ['test/new.js'])
})

test('what tells of no tests at the base may need the new ones, and a threshold of coverage too: both are only said', () => {
  const lint: CheckResult = { command: 'npm run lint', exitCode: 1, output: '', durationMs: 1 }
  const ruling = judgeYardstick(
    seen({ changes: added, head: [check(4), { ...lint, exitCode: 0 }], base: [...base, null], laid: { checks: [check(3, 0, 1), lint] } }),
  )
  assert.deepEqual(ruling, {
    kind: 'judged',
    notes: [
      'without its new tests `npm test` ended with 1, and no test of the base failed',
      'without its new tests `npm run lint` ended with 1, and no test of the base failed',
    ],
  })
  const both = [...added, touched('test/a.js')]
  assert.equal(reasonOf({ changes: both, head: [check(4)], base, laid: { checks: [check(3, 0, 1)] } }), 'judged')
  assert.equal(
    reasonOf({ changes: both, head: [check(4)], base: [null], laid: { checks: [lint] } }),
    'doubted: the tests of the base do not pass on it: `npm run lint` ended with 1',
  )
})

test('a new test excuses no end of the base’s run where a linter or another runner was touched as well', () => {
  const more = { head: [check(4)], base, laid: { checks: [check(3, 0, 1)] } }
  for (const change of ['added', 'changed', 'deleted'] as const)
    assert.equal(
      reasonOf({ ...more, changes: [...added, touched('.eslintrc.json', change, 'runner')] }),
      'doubted: the tests of the base do not pass on it: `npm test` ended with 1',
    )
})

test('a file that the checks start may be the product: together with tests it is for a person, alone the base’s run decides', () => {
  const main = { ...touched('main.py', 'changed', 'runner'), started: true as const }
  const more = { base, head: [check(3)], laid: { checks: [check(3)] } }
  assert.equal(reasonOf({ ...more, changes: [main, ...added] }), 'judged')
  assert.equal(
    reasonOf({ ...more, laid: { checks: [check(2, 0, 1)] }, changes: [main] }),
    'doubted: the tests of the base do not pass on it: `npm test` ended with 1',
  )
  assert.equal(
    reasonOf({ ...more, changes: [main, touched('test/a.js')] }),
    'doubted: it has main.py changed (+1 -2), which judges it or is the product, together with what else judges it',
  )
})

test('a run of the base’s tests that ends with 0 while its numbers say otherwise does not pass', () => {
  const lying: CheckResult = { ...check(2), tests: { passed: 2, failed: 1, skipped: 0 } }
  assert.equal(
    reasonOf({ changes: [touched('Makefile', 'changed', 'runner')], laid: { checks: [lying] } }),
    'doubted: the tests of the base do not pass on it: `npm test` ended with 0, though 1 of its tests failed',
  )
})
