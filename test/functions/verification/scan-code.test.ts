import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ScanFinding, Semgrep } from '../../../functions/ports.ts'
import scanCode, { sort } from '../../../functions/verification/scan-code.ts'
import { attempt, BASE, cancelled, found, HEAD, reached, recheck, reviewing, round, scanFailed, TREE } from '../../support/facts.ts'
import { given } from '../../support/given.ts'
import { gitProblem, gitWith } from '../../support/stubs.ts'

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
  const { blocking, warnings } = sort([finding(), finding({ severity: 'WARNING' }), finding({ file: 'old.js' })], ['src/cart.js'])
  assert.deepEqual([blocking.length, warnings.map(({ file }) => file)], [1, ['src/cart.js', 'old.js']])
})

test('of very many warnings fifty are kept', () => {
  const many = Array.from({ length: 80 }, () => finding({ severity: 'INFO' }))
  assert.equal(sort(many, []).warnings.length, 50)
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
