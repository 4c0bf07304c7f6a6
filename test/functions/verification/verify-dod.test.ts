import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CheckResult, Checks, ChecksResult } from '../../../functions/verification/check-ports.ts'
import { findingOf, leftOutOf } from '../../../functions/verification/run-checks.ts'
import verifyDod from '../../../functions/verification/verify-dod.ts'
import { attempt, BASE, cancelled, dodFailed, found, HEAD, passed, recheck, reviewing, round, scanned, TREE } from '../../support/facts.ts'
import { given } from '../../support/given.ts'
import { blobOf } from '../../support/memory-blobs.ts'
import { gitProblem, gitWith } from '../../support/stubs.ts'

const check = (command: string, exitCode: number | null, output = `${command} ran`): CheckResult => ({
  command,
  exitCode,
  output,
  durationMs: 12.6,
})
const ran = (result: Partial<ChecksResult>): ChecksResult => ({ setup: [], checks: [], repeats: [], ...result })
const checking = (result: Partial<ChecksResult>) => ({
  services: {
    git: gitWith({ show: async () => null }),
    checks: { run: async () => ran(result), base: async () => ({ ...ran({}), cached: true }) },
  },
})
const scannedTask = [reviewing(), passed()]

test('when every check ends with 0 the definition of done has passed', () =>
  given(scannedTask)
    .when(scanned(), checking({ setup: [check('npm ci', 0)], checks: [check('npm test', 0)] }))
    .of(verifyDod)
    .then('dod.passed', {
      attempt: attempt(),
      saw: { sha: HEAD, tree: TREE },
      checks: [{ command: 'npm test', exitCode: 0, output: blobOf('npm test ran'), durationMs: 13 }],
      judged: { tests: 'base', changes: [], notes: ['no check prints how many tests it ran'] },
    }))

test('the checks run at the head, by the repository’s own file at the base', async () => {
  const seen: unknown[] = []
  const git = gitWith({ show: async ({ sha, file }) => `${file} at ${sha}` })
  const run: Checks['run'] = async ({ repositoryToml, timeoutMs, onLine }) => {
    seen.push(repositoryToml, timeoutMs)
    onLine?.('1 test passed')
    return ran({ checks: [check('npm test', 0)] })
  }
  const result = given(scannedTask)
    .when(scanned(), { services: { git, checks: { run, base: async () => ({ ...ran({}), cached: true }) } } })
    .of(verifyDod)
  await result.then('dod.passed')
  assert.deepEqual([seen, git.opened, git.closed], [[`cortex.toml at ${BASE}`, 300_000], [`dod ${HEAD}`], [`dod ${HEAD}`]])
  assert.deepEqual((await result.outcome()).lines, ['checks: 1 test passed'])
})

test('one failing check fails it, with the end of its output as the finding', () =>
  given(scannedTask)
    .when(scanned(), checking({ checks: [check('npm test', 1, 'expected 3, got 2'), check('npm run lint', 0)] }))
    .of(verifyDod)
    .then('dod.failed', {
      class: 'test_failure',
      reason: '`npm test` ended with 1',
      findings: [found('`npm test` ended with 1:\nexpected 3, got 2', { from: 'dod', criterion: 'npm test' })],
      checks: [{ exitCode: 1 }, { exitCode: 0 }],
    }))

test('the numbers count where a command hides its exit code: tests that failed are a failed check', () => {
  const hidden = { ...check('pytest || true', 0, '1 failed, 2 passed in 0.1s'), tests: { passed: 2, failed: 1, skipped: 0 } }
  const reason = '`pytest || true` ended with 0, though 1 of its tests failed'
  return given(scannedTask)
    .when(scanned(), checking({ checks: [hidden] }))
    .of(verifyDod)
    .then('dod.failed', {
      class: 'test_failure',
      reason,
      findings: [found(`${reason}:\n1 failed, 2 passed in 0.1s`, { from: 'dod', criterion: 'pytest || true' })],
    })
})

test('a definition of done without checks is never passed', () =>
  given(scannedTask)
    .when(scanned(), checking({}))
    .of(verifyDod)
    .then('dod.failed', { class: 'test_failure', reason: /names no check/ }))

test('a set-up that fails is what its class says, and its command is shown', () =>
  given(scannedTask)
    .when(scanned(), checking({ setup: [check('npm ci', 1)], failure: { class: 'infrastructure', reason: '`npm ci` ended with 1' } }))
    .of(verifyDod)
    .then('dod.failed', { class: 'infrastructure', reason: '`npm ci` ended with 1', checks: [{ command: 'npm ci' }] }))

test('checks that passed do not outweigh a failure of the whole', () =>
  given(scannedTask)
    .when(scanned(), checking({ checks: [check('npm test', 0)], failure: { class: 'timeout', reason: 'not done after 300 s' } }))
    .of(verifyDod)
    .then('dod.failed', { class: 'timeout' }))

test('a repository that cannot be used is a failure of the surroundings', () =>
  given(scannedTask)
    .when(scanned(), {
      services: {
        git: gitWith({ show: () => Promise.reject(gitProblem('no such commit')) }),
        checks: { run: async () => ran({}) },
      },
    })
    .of(verifyDod)
    .then('dod.failed', { class: 'infrastructure', reason: 'no such commit' }))

test('any other error is tried again', () =>
  given(scannedTask)
    .when(scanned(), { services: { git: gitWith({ show: async () => null }), checks: { run: () => Promise.reject(new Error('broken')) } } })
    .of(verifyDod)
    .thenThrows(/broken/))

test('a task that has ended is not checked', () => given(scannedTask, cancelled()).when(scanned(), checking({})).of(verifyDod).thenEnded())

test('of a long output the implementer reads the end', () => {
  const { problem } = findingOf(check('npm test', null, `${'x'.repeat(5000)}the end`))
  assert.match(problem, /^`npm test` ended with no exit code:\n\.\.\.x+the end$/)
  assert.ok(problem.length < 2100)
})

test('checks that are to be repeated are, and not those of a round with new code', async () => {
  const broken = given(scannedTask, scanned(), dodFailed('no disk', 'infrastructure'))
  await broken
    .when(recheck('dod'), checking({ checks: [check('npm test', 0)] }))
    .of(verifyDod)
    .then('dod.passed', { attempt: attempt() })
  await broken.when(recheck('scan')).of(verifyDod).thenNothing()
  await broken.when(round()).of(verifyDod).thenNothing()
})

test('the new files that a failed run with the tests of the base went without are named to a person', () => {
  const changes = ['json.py', 'fixtures/a.json'].map((file) => ({ file, kind: 'runner', change: 'added', added: 1, removed: 0 }) as const)
  const laid = (exitCode: number) => ({ checks: [check('make test', exitCode)] })
  assert.equal(leftOutOf({ laid: laid(2), changes }), '; that run went without what is new in json.py, fixtures/a.json')
  assert.equal(leftOutOf({ laid: laid(0), changes }), '')
  assert.equal(leftOutOf({ laid: laid(2), changes: [] }), '')
  assert.match(leftOutOf({ laid: laid(2), changes: Array(9).fill(changes[0]) }), / and 4 more$/)
})

const spoilt: Partial<ChecksResult> = {
  setup: [check('npm ci', 1, 'npm error JSON.parse')],
  failure: { class: 'infrastructure', reason: '`npm ci` ended with 1' },
}
const comparing = (head: Partial<ChecksResult>, base: Partial<ChecksResult>) => ({
  services: {
    git: gitWith({ show: async () => null }),
    checks: { run: async () => ran(head), base: async () => ({ ...ran(base), cached: false }) },
  },
})
const onceSpoilt = given(scannedTask, scanned(), dodFailed('`npm ci` ended with 1', 'infrastructure'))

test('a set-up that fails twice, and ends well on the base, is the change’s failure, with what it said', () =>
  onceSpoilt
    .when(recheck('dod'), comparing(spoilt, { checks: [check('npm test', 0)] }))
    .of(verifyDod)
    .then('dod.failed', {
      class: 'test_failure',
      reason: '`npm ci` ended with 1; on the base it ends well: the change broke it',
      findings: [found('`npm ci` ended with 1:\nnpm error JSON.parse', { from: 'dod', criterion: 'npm ci' })],
      checks: [{ command: 'npm ci' }],
    }))

test('a set-up that fails on the base, too, or for want of the network, is nobody’s failure', async () => {
  const nobodys = { class: 'infrastructure', reason: '`npm ci` ended with 1' } as const
  await onceSpoilt.when(recheck('dod'), comparing(spoilt, spoilt)).of(verifyDod).then('dod.failed', nobodys)
  const cut = { ...spoilt, missed: 'it did not reach registry.example' }
  await onceSpoilt.when(recheck('dod'), comparing(cut, {})).of(verifyDod).then('dod.failed', nobodys)
})
