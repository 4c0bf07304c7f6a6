import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Canary, CheckResult, Checks, ChecksResult } from '../../../functions/verification/check-ports.ts'
import verifyDod from '../../../functions/verification/verify-dod.ts'
import { HEAD, passed, reviewing, scanned } from '../../support/facts.ts'
import { given } from '../../support/given.ts'
import { config, gitWith, untouched } from '../../support/stubs.ts'

const check = (command: string, exitCode: number | null, output = ''): CheckResult => ({ command, exitCode, output, durationMs: 1 })
const ran = (...checks: CheckResult[]): ChecksResult => ({ setup: [], checks, repeats: [] })
const canary = (file: string, mark: string): Canary => ({ file, mark, failing: `${mark} fails`, passing: `${mark} passes` })
const [first, second] = [canary('test/a.test.js', 'anna'), canary('test/b.test.js', 'berta')]

interface Scene {
  /** What comes of the head with the tests that must fail, run by run. */
  readonly heads: readonly CheckResult[][]
  readonly base?: Readonly<Partial<Record<'failing' | 'passing', ChecksResult>>>
  readonly canaries?: readonly Canary[]
  /** What comes of the head with the same tests made to pass. */
  readonly twins?: readonly CheckResult[]
  readonly dod?: object
  /** Takes which commands were run. */
  readonly asked?: string[][]
}

/** A head that passed, and what is asked of it and of its base with tests that must fail. */
const scene = ({ heads, base = {}, canaries = [first, second], twins = [check('npm test', 0)], dod = {}, asked = [] }: Scene) => {
  const planted: string[] = []
  const left = heads.values()
  const run: Checks['run'] = async ({ key, only = ['all'] }) => {
    if (key.startsWith('canary')) asked.push([...only])
    if (key.startsWith('canary-passing')) return ran(...twins)
    return key.startsWith('canary') ? ran(...(left.next().value ?? [])) : ran(check('npm test', 0))
  }
  const checks: Partial<Checks> = {
    run,
    base: async ({ key, only = [] }) => {
      const as = /^canary-base-(failing|passing)/.exec(key)?.[1] as 'failing' | 'passing' | undefined
      if (as) planted.push(`base ${as}`)
      if (as) asked.push(['base', ...only])
      return { ...(as ? (base[as] ?? ran(check('npm test', 0))) : ran(check('npm test', 0))), cached: true }
    },
  }
  const yardstick = {
    ...untouched,
    canaries: async () => [...canaries],
    plant: async ({ sha, canaries: some, as }: { sha: string; canaries: readonly Canary[]; as: string }) => {
      if (sha === HEAD) planted.push(`${some.map(({ mark }) => mark).join(' ')}${as === 'passing' ? ' as passing' : ''}`)
      return sha
    },
  }
  const services = { git: gitWith({ show: async () => null }), checks, yardstick, config: config({ dod }) }
  return { story: given([reviewing(), passed()]).when(scanned(), { services }).of(verifyDod), planted }
}
const failed = (output: string): CheckResult => ({ ...check('npm test', 1, output), tests: { passed: 3, failed: 1, skipped: 0 } })
/** It prints no numbers. */
const failedSilently = (output = ''): CheckResult => check('npm test', 1, output)

test('a check that fails with a test that must fail can fail, and it is told in which files it did', async () => {
  const { story, planted } = scene({ heads: [[failed('anna is not what was wanted, nor \u001b[7mberta\u001b[0m')]] })
  await story.then('dod.passed', { judged: { canary: { heard: ['test/a.test.js', 'test/b.test.js'], unheard: [] } } })
  assert.deepEqual(planted, ['anna berta'])
})

test('a change under which it passes all the same goes to a person, where the base fails with it and for nothing else', async () => {
  const { story, planted } = scene({ heads: [[check('npm test', 0)]], base: { failing: ran(failed('')) } })
  await story.then('task.escalated', {
    class: 'yardstick',
    reason:
      /`npm test` passes although a test that must fail was added to test\/a.test.js, test\/b.test.js, and at the base it fails with it/,
    findings: [{ file: 'test/a.test.js' }, { file: 'test/b.test.js' }],
  })
  assert.deepEqual(planted, ['anna berta', 'base failing', 'base passing'])
})

test('a check that passes at the base as well runs no such file: it proves nothing, and that is said', () =>
  scene({ heads: [[check('npm test', 0)]] }).story.then('dod.passed', {
    judged: { canary: { heard: [], unheard: ['test/a.test.js', 'test/b.test.js'] } },
  }))

test('a base that fails with the same tests made to pass fails for something else', () =>
  scene({ heads: [[check('npm test', 0)]], base: { failing: ran(failed('')), passing: ran(failed('')) } }).story.then('dod.passed'))

test('a base that failed but once, or could not be run to its end, says nothing', async () => {
  const once = { ...ran(failed('')), repeats: [[check('npm test', 0)]] }
  await scene({ heads: [[check('npm test', 0)]], base: { failing: once } }).story.then('dod.passed')
  const late = { ...ran(failed('')), failure: { class: 'timeout', reason: 'late' } as const }
  await scene({ heads: [[check('npm test', 0)]], base: { failing: late } }).story.then('dod.passed')
})

test('where the first that fails hides the next, those that are left are tried again', async () => {
  const { story, planted } = scene({ heads: [[failed('anna')], [check('npm test', 0)]], base: { failing: ran(failed('')) } })
  await story.then('task.escalated', { findings: [{ file: 'test/b.test.js' }] })
  assert.deepEqual(planted.slice(0, 2), ['anna berta', 'berta'])
})

test('where no check says what failed, one file after the other is tried alone', async () => {
  const { story, planted } = scene({ heads: [[failedSilently()], [failedSilently()], [failedSilently()]] })
  await story.then('dod.passed', { judged: { canary: { heard: ['test/a.test.js', 'test/b.test.js'] } } })
  assert.deepEqual(planted, ['anna berta', 'anna', 'anna as passing', 'berta', 'berta as passing'])
})

test('a check that refuses the same test made to pass has refused its text, and ran nothing of it', () =>
  scene({ heads: [[failedSilently('lint: anna and berta are no words')]], twins: [failedSilently()] }).story.then('dod.passed', {
    judged: { canary: { heard: [], unheard: ['test/a.test.js', 'test/b.test.js'] } },
  }))

test('only what passed is asked at the base, and only what failed once more', async () => {
  const asked: string[][] = []
  const { story } = scene({ heads: [[check('lint', 0), failed('anna')], [failed('berta')]], asked })
  await story.then('dod.passed', { judged: { canary: { heard: ['test/a.test.js', 'test/b.test.js'] } } })
  assert.deepEqual(asked, [['all'], ['base', 'lint'], ['npm test']])
})

test('a run that was ended says of no test that it failed', () =>
  scene({ heads: [[check('npm test', null)]], canaries: [first] }).story.then('dod.passed', {
    judged: { canary: { heard: [], unheard: ['test/a.test.js'] } },
  }))

test('nothing is added where nothing could be, where it is switched off, and where a change is judged by its own tests', async () => {
  for (const none of [{ canaries: [] }, { dod: { canary: false } }, { dod: { tests: 'head' } }]) {
    const { story, planted } = scene({ heads: [], ...none })
    await story.then('dod.passed')
    assert.deepEqual(planted, [])
  }
})
