import assert from 'node:assert/strict'
import { test } from 'node:test'
import checkBase from '../../../functions/planning/check-base.ts'
import type { BaseResult, Checks } from '../../../functions/verification/check-ports.ts'
import { atTheGate, BASE, created, escalated, found, retried, routed, started, TREE } from '../../support/facts.ts'
import { given } from '../../support/given.ts'
import { config, gitProblem } from '../../support/stubs.ts'

const npmTest = (exitCode: number | null, output = 'expected 3, got 2') => ({ command: 'npm test', exitCode, output, durationMs: 12 })
const seen = (more: Partial<BaseResult>): BaseResult => ({ setup: [], checks: [], repeats: [], cached: false, ...more })
const git = {
  resolve: async () => ({ baseSha: BASE, branch: 'main', warnings: [] }),
  tree: async () => TREE,
  show: async () => null,
}
const waiting = [created(), routed()]
const after = (result: Partial<BaseResult>) =>
  given(waiting)
    .when(started(), { services: { git, checks: { base: async () => seen(result) } } })
    .of(checkBase)

test('a base whose commands all pass is green', () =>
  after({ checks: [npmTest(0)], cached: true }).then('base.checked', {
    project: 'shop',
    sha: BASE,
    tree: TREE,
    outcome: 'passed',
    reason: 'the base is green',
    findings: [],
    cached: true,
  }))

test('one on which a command fails twice is broken, and the end of its output is told', () =>
  after({ checks: [npmTest(1)], repeats: [[npmTest(1)]] }).then('base.checked', {
    outcome: 'failed',
    reason: 'the base is broken: `npm test` ended with 1',
    findings: [found('`npm test` ended with 1:\nexpected 3, got 2', { from: 'dod', criterion: 'npm test' })],
  }))

test('one on which it passes when it is tried again is green, and flaky', () =>
  after({ checks: [npmTest(1)], repeats: [[npmTest(0)]] }).then('base.checked', {
    outcome: 'passed',
    reason: 'the base is green; `npm test` ended with 1, and passed when it was tried again',
  }))

test('what could not be run to an end never makes a base broken', async () => {
  const reason = '"npm test" was not done after 300 s and was ended. Raise timeouts.dod, or find what hangs.'
  await after({ checks: [npmTest(null)], failure: { class: 'timeout', reason } }).then('base.checked', {
    outcome: 'unknown',
    class: 'timeout',
    reason: `whether the base is green is not known: ${reason}`,
  })
  const missed = 'The sandbox did not let it reach example.org:443.'
  await after({ checks: [npmTest(1)], missed }).then('base.checked', {
    outcome: 'unknown',
    class: 'infrastructure',
    reason: `whether the base is green is not known: \`npm test\` ended with 1. ${missed}`,
  })
  const none = 'Project "shop" has no definition of done.'
  await after({ failure: { class: 'permanent', reason: none } }).then('base.checked', { outcome: 'unknown', class: 'permanent' })
})

test('a setup that fails is tried once more before it is told', async () => {
  const failure = { class: 'infrastructure', reason: 'The setup failed.' } as const
  await after({ failure }).thenThrows(/The setup failed/)
})

test('a project that does not want it has nothing run, and says so', () =>
  given(waiting)
    .when(started(), { services: { git, config: config({ projects: { shop: { path: '/shop', yardstick: { check_base: false } } } }) } })
    .of(checkBase)
    .then('base.checked', { outcome: 'skipped', reason: 'the base was not checked: check_base = false' }))

test('after a retry only what is seen since counts', async () => {
  const since: unknown[] = []
  const base: Checks['base'] = async (input) => {
    since.push(input.since)
    return seen({ checks: [npmTest(0)] })
  }
  const needs = { services: { git, checks: { base } } }
  await given(waiting).when(started(), needs).of(checkBase).then('base.checked')
  const again = given(waiting, escalated(), retried(), routed())
  await again.when(started(), needs).of(checkBase).then('base.checked')
  assert.deepEqual(since, [undefined, again.task().phases.findLast(({ phase }) => phase === 'created')?.at])
})

test('a place for code or an answer looks at no base', async () => {
  await given(atTheGate()).when(started('code')).of(checkBase).thenNothing()
  await given(created()).when(started('answer')).of(checkBase).thenNothing()
})

test('a repository that cannot be used, and a task without one, need a person', async () => {
  await given(waiting)
    .when(started(), { services: { git: { ...git, resolve: () => Promise.reject(gitProblem('it has no commits')) } } })
    .of(checkBase)
    .then('task.escalated', { class: 'infrastructure', reason: 'it has no commits' })
  await given(created(), routed({ project: undefined }))
    .when(started())
    .of(checkBase)
    .then('task.escalated', { reason: 'a plan needs a project' })
})
