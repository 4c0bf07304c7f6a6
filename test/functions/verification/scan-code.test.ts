import assert from 'node:assert/strict'
import { test } from 'node:test'
import { notesOf } from '../../../domain/words/notes.ts'
import { addedLines } from '../../../functions/verification/added-lines.ts'
import { outcomeOf } from '../../../functions/verification/outcome.ts'
import scanCode from '../../../functions/verification/scan-code.ts'
import type { ScanFinding, Semgrep } from '../../../functions/verification/scan-ports.ts'
import { sort } from '../../../functions/verification/sort-findings.ts'
import {
  attempt,
  BASE,
  cancelled,
  fact,
  found,
  HEAD,
  reached,
  recheck,
  reviewing,
  round,
  scanFailed,
  storyOf,
  TREE,
} from '../../support/facts.ts'
import { given } from '../../support/given.ts'
import { admittedRule, book, forge } from '../../support/rules.ts'
import { config, gitProblem, gitWith } from '../../support/stubs.ts'

const finding = (more: Partial<ScanFinding> = {}): ScanFinding => ({
  rule: 'no-eval',
  file: 'src/cart.js',
  line: 3,
  message: 'eval is forbidden',
  severity: 'ERROR',
  ...more,
})
type Scan = Awaited<ReturnType<Semgrep['scan']>>
const scanning = (scan: Scan) => ({ services: { git: gitWith(), semgrep: { scan: async () => scan } } })
const scannedWith = (findings: ScanFinding[], warnings: string[] = []): Scan => ({
  outcome: 'scanned',
  findings,
  warnings,
  leftOut: [],
  unparsed: [],
  learned: [],
  version: '1',
  rulesVersion: 'r1',
})

test('a clean scan passes, with the version of the rules', () =>
  given(reviewing())
    .when(reached('scan'), scanning(scannedWith([])))
    .of(scanCode)
    .then('scan.passed', { attempt: attempt(), saw: { sha: HEAD, tree: TREE }, warnings: [], rulesVersion: 'r1' }))

test('the head is scanned in a worktree of its own that is closed afterwards, and the changed files are named', async () => {
  const git = gitWith()
  const seen: unknown[] = []
  const scan: Semgrep['scan'] = async ({ changedFiles, timeoutMs }) => {
    seen.push(changedFiles, timeoutMs)
    return scannedWith([])
  }
  await given(reviewing())
    .when(reached('scan'), { services: { git, semgrep: { scan } } })
    .of(scanCode)
    .then('scan.passed')
  assert.deepEqual(
    [git.adopted, git.opened, git.closed, seen],
    [[HEAD], [`scan ${HEAD}`, `rules ${BASE}`], [`rules ${BASE}`, `scan ${HEAD}`], [['src/cart.js'], 60_000]],
  )
})

test('all changed files are scanned, also those that the story has no room for', async () => {
  const seen: unknown[] = []
  const scan: Semgrep['scan'] = async ({ changedFiles }) => {
    seen.push(changedFiles)
    return scannedWith([finding({ file: 'src/last.js' })])
  }
  const git = gitWith({ diff: async () => ({ text: '', files: ['src/cart.js', 'src/last.js'] }) })
  await given(reviewing())
    .when(reached('scan'), { services: { git, semgrep: { scan } } })
    .of(scanCode)
    .then('scan.failed', { class: 'test_failure' })
  assert.deepEqual(seen, [['src/cart.js', 'src/last.js']])
})

test('what the rules forbid in a changed file fails the scan', () =>
  given(reviewing())
    .when(reached('scan'), scanning(scannedWith([finding(), finding({ line: 9 })])))
    .of(scanCode)
    .then('scan.failed', {
      class: 'test_failure',
      reason: '2 findings, first in src/cart.js:3: no-eval: eval is forbidden',
      findings: [found('no-eval: eval is forbidden', { from: 'scan', file: 'src/cart.js', line: 3 }), { line: 9 }],
    }))

test('warnings of semgrep itself and of old files are kept and block nothing', () =>
  given(reviewing())
    .when(reached('scan'), scanning(scannedWith([finding({ file: 'old.js' })], ['the change touches .semgrep/shop.yaml'])))
    .of(scanCode)
    .then('scan.passed', { warnings: [{ file: 'old.js' }, found('the change touches .semgrep/shop.yaml', { from: 'scan' })] }))

test('a skipped scan passes and says why', () =>
  given(reviewing())
    .when(reached('scan'), scanning({ outcome: 'skipped', reason: 'there are no rules' }))
    .of(scanCode)
    .then('scan.passed', { skipped: 'there are no rules' }))

test('a scan that could not run is no pass', () =>
  given(reviewing())
    .when(reached('scan'), scanning({ outcome: 'failed', class: 'timeout', reason: 'not done after 60 s' }))
    .of(scanCode)
    .then('scan.failed', { class: 'timeout', reason: 'not done after 60 s', findings: [] }))

test('a repository that cannot be used is a failure of the surroundings', () =>
  given(reviewing())
    .when(reached('scan'), { services: { git: gitWith({ adopt: () => Promise.reject(gitProblem('the bundle does not fit')) }) } })
    .of(scanCode)
    .then('scan.failed', { class: 'infrastructure', reason: 'the bundle does not fit' }))

test('any other error is tried again', () =>
  given(reviewing())
    .when(reached('scan'), { services: { git: gitWith(), semgrep: { scan: () => Promise.reject(new Error('broken')) } } })
    .of(scanCode)
    .thenThrows(/broken/))

test('a task that has ended is not scanned', () =>
  given(reviewing(), cancelled())
    .when(reached('scan'), scanning(scannedWith([])))
    .of(scanCode)
    .thenEnded())

test('only errors in files of the change block', () => {
  const { blocking, warnings } = sort(
    [finding(), finding({ severity: 'WARNING' }), finding({ file: 'old.js' })],
    ['src/cart.js'],
    new Map(),
  )
  assert.deepEqual([blocking.length, warnings.map(({ file }) => file)], [1, ['src/cart.js', 'old.js']])
})

test('of very many warnings fifty are kept', () => {
  const many = Array.from({ length: 80 }, () => finding({ severity: 'INFO' }))
  assert.equal(sort(many, [], new Map()).warnings.length, 50)
})

test('a scan that is to be repeated is, and no other check', async () => {
  const broken = given(reviewing(), reached('scan'), scanFailed('no disk'))
  await broken
    .when(recheck('scan'), scanning(scannedWith([])))
    .of(scanCode)
    .then('scan.passed', { attempt: attempt() })
  await broken.when(recheck('dod')).of(scanCode).thenNothing()
  await broken.when(round()).of(scanCode).thenNothing()
})

test('Cortex’s own rules are about the lines that a change adds', () => {
  const own = (line: number, endLine = line) => finding({ own: true, line, endLine })
  const added = addedLines('--- a/src/cart.js\n+++ b/src/cart.js\n@@ -1,2 +1,4 @@\n a\n+b\n+++ c\n d\n')
  assert.deepEqual([...(added.get('src/cart.js') ?? [])], [2, 3])
  const { blocking, warnings } = sort([own(1), own(2), own(1, 3), own(4), finding({ line: 4 })], ['src/cart.js'], added)
  assert.deepEqual([blocking.map(({ line }) => line), warnings], [[2, 1, 4], []])
})

test('a name that git writes between quotes hides no line', () => {
  const names = { 'x\\"y.js': 'x"y.js', 'x\\ny.js': 'x\ny.js', 'x\\\\ny.js': 'x\\ny.js', 'x\\001.js': 'x\x01.js', 'ü\\t.js': 'ü\t.js' }
  for (const [quoted, name] of Object.entries(names)) {
    const added = addedLines(`--- /dev/null\n+++ "b/${quoted}"\n@@ -0,0 +1 @@\n+a\n`)
    assert.deepEqual([...added], [[name, new Set([1])]])
  }
  assert.deepEqual([...addedLines('+++ b/x\u2028y z.js\t\n@@ -0,0 +1 @@\n+a\n').keys()], ['x\u2028y z.js'])
})

test('rules of the base that cannot be read are told, and the scan goes on without them', async () => {
  const leftOut = [{ rule: 'old-rule', reason: 'it has no pattern' }]
  await given(reviewing())
    .when(reached('scan'), scanning({ ...scannedWith([]), leftOut } as Scan))
    .of(scanCode)
    .thenAll(['scan.impaired', { leftOut }], ['scan.passed', {}])
  const task = given(reviewing(), fact('scan.impaired', { attempt: attempt(), leftOut })).task()
  assert.deepEqual(notesOf(task), ['scanned without old-rule, which semgrep cannot read: it has no pattern'])
  assert.deepEqual(outcomeOf(task, { sandbox: { missing: null }, at: task.updatedAt }).leftOutRules, ['old-rule'])
})

const unparsed = [{ file: 'src/cart.js', reason: 'Syntax error at line 1:\n `@@@` was unexpected' }]

test('a changed file of which nothing could be parsed is for its author to mend, and for a person where he cannot', () =>
  given(reviewing())
    .when(reached('scan'), scanning({ ...scannedWith([]), unparsed } as Scan))
    .of(scanCode)
    .then('scan.failed', {
      class: 'test_failure',
      findings: [{ from: 'scan', file: 'src/cart.js', problem: /semgrep cannot parse it.*Syntax error at line 1: `@@@`/ }],
      reason:
        /cannot parse what was changed.*src\/cart\.js \(Syntax error at line 1: `@@@` was unexpected\).*\[semgrep\] unparsed = "name"/,
    }))

test('what the rules forbid elsewhere is for its author first', () =>
  given(reviewing())
    .when(reached('scan'), scanning({ ...scannedWith([finding()]), unparsed } as Scan))
    .of(scanCode)
    .then('scan.failed', { class: 'test_failure' }))

test('a learned rule that is enforced blocks, one on probation warns, and both say how often they found something in new lines', () => {
  const learned = (rule: string, severity: ScanFinding['severity'], line = 3) =>
    finding({ rule: `chum-${rule}`, learned: `forge-${rule}`, severity, line })
  const added = new Map([['src/cart.js', new Set([3])]])
  const sorted = sort([learned('a', 'ERROR'), learned('b', 'WARNING'), learned('a', 'ERROR', 9)], ['src/cart.js'], added)
  assert.deepEqual(
    [sorted.blocking.map(({ problem }) => problem), sorted.warnings.map(({ problem }) => problem), [...sorted.found]],
    [
      ['chum-a: eval is forbidden'],
      ['chum-b: eval is forbidden'],
      [
        ['forge-a', 1],
        ['forge-b', 1],
      ],
    ],
  )
})

test('a change is held against the rules in force of its project, and the scan says what came of each', async () => {
  const seen: unknown[] = []
  const scan: Semgrep['scan'] = async ({ learned }) => {
    seen.push(...(learned ?? []).map(({ name, blocks }) => [name, blocks]))
    return { ...(scannedWith([]) as Extract<Scan, { outcome: 'scanned' }>), learned: [{ rule: forge }, { rule: 'forge-b', broken: true }] }
  }
  const of = (type: 'rule.enforced' | 'rule.quarantined', rule: string) => fact(type, { rule, reason: 'x' })
  const others = ['b', 'c'].map((one) => admittedRule({ rule: `forge-${one}`, name: `chum-${one}` }))
  await given(
    storyOf(book, admittedRule({ name: 'chum-a' }), ...others, of('rule.enforced', 'forge-b'), of('rule.quarantined', 'forge-c')),
    reviewing(),
  )
    .when(reached('scan'), { services: { git: gitWith(), semgrep: { scan }, config: config({ chum: { enabled: true } }) } })
    .of(scanCode)
    .then('scan.passed', {
      learned: [
        { rule: forge, found: 0 },
        { rule: 'forge-b', found: 0, broken: true },
      ],
    })
  assert.deepEqual(seen, [
    ['chum-a', false],
    ['chum-b', true],
  ])
})
