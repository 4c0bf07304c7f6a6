import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EventType } from '../../../domain/catalogue/index.ts'
import { type Step, steps } from '../../../domain/phases.ts'
import type { Git } from '../../../functions/ports.ts'
import { unsealedFaults } from '../../../functions/verification/evidence.ts'
import finishTask from '../../../functions/verification/finish-task.ts'
import {
  attempt,
  cancelled,
  coding,
  created,
  type Facts,
  fact,
  finishing,
  type Given,
  HEAD,
  type InputOf,
  leastPassed,
  passed,
  recheck,
  reviewing,
  round,
  scanned,
  TREE,
  usage,
  verified,
  written,
} from '../../support/facts.ts'
import { given } from '../../support/given.ts'
import { blobOf } from '../../support/memory-blobs.ts'
import { factsOf } from '../../support/stories.ts'
import { config, gitProblem, gitWith } from '../../support/stubs.ts'

const known: Partial<Record<Step, Facts>> = { review: [passed()], scan: [scanned()] }
/** Every step before the definition of done was passed, in the table's order; of some it says another thing, or nothing. */
const passedWith = (others: Partial<Record<Step, Facts>> = {}): Facts =>
  steps.slice(0, steps.indexOf('dod')).map((step) => ({ ...known, ...others })[step] ?? [leastPassed(`${step}.passed`)])
const done = [reviewing(), passedWith()]
const delivering = (deliver: Git['deliver']) => gitWith({ base: async () => 'main', deliver })
const refusing = delivering(() => Promise.reject(new Error('it must not be delivered')))
const delivered: Git['deliver'] = async ({ branch, merge }) => ({ branch, merged: merge === 'ff' })
const fastForward = config({ projects: { shop: { path: '/repositories/shop', merge: 'ff' } } })

test('the result is delivered as a branch, and the outcome says what it took', () =>
  given(done)
    .when(verified(), { services: { git: delivering(delivered) } })
    .of(finishTask)
    .then('task.completed', {
      outcome: { branch: 'cortex/task-1', sha: HEAD, merged: false, files: ['src/cart.js'], attempts: 1, handoffs: 0, usage },
    }))

test('before the repository is touched it is recorded, guarded by all that was read: a cancellation wins until then', async () => {
  const run = given(done)
    .when(verified(), { services: { git: delivering(delivered) } })
    .of(finishTask)
  await run.thenRecords([
    'finish.started',
    { branch: 'cortex/task-1', sha: HEAD },
    { guard: { filter: '*.*.task-1', sequence: factsOf([done, verified()]).length } },
  ])
})

test('after a crash it is not recorded again, and delivered again', async () => {
  const run = given(done, finishing())
    .when(verified(), { services: { git: delivering(delivered) } })
    .of(finishTask)
  await run.thenRecords()
  await run.then('task.completed')
})

test('where the operator wants it the base branch is moved', () =>
  given(done)
    .when(verified(), { services: { config: fastForward, git: delivering(delivered) } })
    .of(finishTask)
    .then('task.completed', { outcome: { merged: true } }))

test('a base that was left alone is no reason to escalate: the outcome says what to type', () => {
  const deliver: Git['deliver'] = async ({ branch }) => ({ branch, merged: false, remark: 'type this' })
  return given(done)
    .when(verified(), { services: { config: fastForward, git: delivering(deliver) } })
    .of(finishTask)
    .then('task.completed', { outcome: { branch: 'cortex/task-1', merged: false, remark: 'type this' } })
})

test('when the base cannot be moved the branch is delivered and a person is told where it is', async () => {
  const ways: string[] = []
  const deliver: Git['deliver'] = async ({ branch, merge }) => {
    ways.push(merge)
    if (merge === 'ff') throw gitProblem('main has moved on.')
    return { branch, merged: false }
  }
  await given(done)
    .when(verified(), { services: { config: fastForward, git: delivering(deliver) } })
    .of(finishTask)
    .then('task.escalated', {
      class: 'delivery',
      branch: 'cortex/task-1',
      reason: 'main has moved on. The result is on branch cortex/task-1.',
    })
  assert.deepEqual(ways, ['ff', 'branch'])
})

test('when not even the branch can be added a person is asked', () =>
  given(done)
    .when(verified(), { services: { git: delivering(() => Promise.reject(gitProblem('the repository is gone.'))) } })
    .of(finishTask)
    .then('task.escalated', { class: 'delivery', branch: undefined, reason: 'the repository is gone.' }))

test('any other error is tried again', () =>
  given(done)
    .when(verified(), { services: { git: delivering(() => Promise.reject(new Error('broken'))) } })
    .of(finishTask)
    .thenThrows(/broken/))

test('nothing is delivered for a task that was cancelled', () => given(done, cancelled()).when(verified()).of(finishTask).thenEnded())

const other = 'd'.repeat(40)
/** The same fact with other data, or from another function. */
const lying = <T extends EventType>(one: Given<T>, data: Partial<InputOf<T>>, source?: string): Given<T> => ({
  ...one,
  data: { ...one.data, ...data },
  ...(source ? { source } : {}),
})
const lost = { ...blobOf('x'), key: 'sha256/lost' }
const broken: readonly [what: string, facts: Facts, last: Given<'dod.passed'>, reason: RegExp][] = [
  [
    'a definition of done passed by another function',
    done,
    lying(verified(), {}, 'write-code'),
    /passed by write-code, which only verify-dod may/,
  ],
  [
    'a review passed by another function',
    [reviewing(), passedWith({ review: [lying(passed(), {}, 'admit')] })],
    verified(),
    /review was passed by admit/,
  ],
  ['code told of by another function', [reviewing(), lying(written(), {}, 'admit'), passedWith()], verified(), /code was told of by admit/],
  ['a missing review', [reviewing(), passedWith({ review: [] })], verified(), /the review is missing/],
  ['a missing scan', [reviewing(), passedWith({ scan: [] })], verified(), /the scan is missing/],
  ['a review of other code', [done, written(), passedWith({ review: [] })], verified(), /the review is missing/],
  [
    'a scan of another tree',
    [reviewing(), passedWith({ scan: [lying(scanned(), { saw: { sha: HEAD, tree: other } })] })],
    verified(),
    /the scan saw tree d{12}/,
  ],
  ['a definition of done at another commit', done, lying(verified(), { saw: { sha: other, tree: TREE } }), /the definition of done saw/],
  ['a definition of done without a check', done, lying(verified(), { checks: [] }), /has nothing to show/],
  [
    'a review without a verdict',
    [reviewing(), passedWith({ review: [lying(passed(), { verdict: undefined })] })],
    verified(),
    /has nothing to show/,
  ],
  [
    'a verdict that is gone',
    [reviewing(), passedWith({ review: [lying(passed(), { verdict: lost })] })],
    verified(),
    /evidence is missing: .*lost/,
  ],
  [
    'a verdict that rejects',
    [reviewing(), passedWith({ review: [lying(passed(), { verdict: blobOf('{"approved":false}') })] })],
    verified(),
    /approves nothing/,
  ],
  [
    'a chain in the right names of which every piece of evidence was never stored',
    [coding(), round(), written({ diff: lost }), passedWith({ review: [lying(passed(), { verdict: lost })] })],
    lying(verified(), { checks: [{ ...verified().data.checks[0]!, output: lost }] }),
    /(evidence is missing: .*lost.*){3}/,
  ],
  ['a diff that is gone', [coding(), round(), written({ diff: lost }), passedWith()], verified(), /evidence is missing: .*lost/],
  ['a log that is gone', done, lying(verified(), { checks: [{ ...verified().data.checks[0]!, output: lost }] }), /evidence is missing/],
]
for (const [what, facts, last, reason] of broken)
  test(`${what} leads to a person and never to "done"`, async () => {
    const run = given(facts)
      .when(last, { services: { git: refusing } })
      .of(finishTask)
    await run.then('task.escalated', { class: 'evidence', reason })
    await run.thenRecords()
  })

test('what git finds at the head now is what counts', () =>
  given(done)
    .when(verified(), { services: { git: { ...refusing, tree: async () => other } } })
    .of(finishTask)
    .then('task.escalated', { class: 'evidence', reason: /the review saw tree c{12} of a{12}, and tree d{12} of a{12}/ }))

const unsaid = { review: [lying(passed(), { saw: undefined, verdict: undefined })], scan: [lying(scanned(), { saw: undefined })] }
const unnoted = [reviewing(), passedWith(unsaid)]

test('what an older version passed without saying what it saw is done again on the same code, once', async () => {
  const older = lying(verified(), { saw: undefined })
  await given(unnoted)
    .when(older, { services: { git: refusing } })
    .of(finishTask)
    .then('attempt.started', { attempt: attempt(), from: { sha: HEAD, bundle: blobOf('a bundle') }, recheck: 'review' })
  await given(unnoted, older, recheck('review'), passedWith())
    .when(older, { services: { git: refusing } })
    .of(finishTask)
    .then('task.escalated', { class: 'evidence' })
  await given(unnoted, older, recheck('review'), passedWith())
    .when(verified(), { services: { git: delivering(delivered) } })
    .of(finishTask)
    .then('task.completed')
})

const alone = fact('attempt.started', { attempt: attempt(), feedback: [], recheck: 'scan', unreviewed: 'nobody may review it' })

test('what nobody could review is delivered as a branch for a person, and never done', async () => {
  const unreviewed = [reviewing(), alone, passedWith({ review: [] })]
  await given(unreviewed)
    .when(verified(), { services: { config: fastForward, git: delivering(delivered) } })
    .of(finishTask)
    .then('task.escalated', {
      class: 'unreviewed',
      branch: 'cortex/task-1',
      reason: /nobody may review it; its checks passed: look at branch/,
    })
  await given(reviewing(), alone, passedWith({ review: [], scan: [] }))
    .when(verified(), { services: { git: refusing } })
    .of(finishTask)
    .then('task.escalated', { class: 'evidence', reason: /the scan is missing/ })
  await given(unreviewed, round({ n: 2 }), written(), passedWith({ review: [] }))
    .when(verified(), { services: { git: refusing } })
    .of(finishTask)
    .then('task.escalated', { class: 'evidence', reason: /the review is missing/ })
})

test('a head that brings a secret is not delivered, whoever passed it', () =>
  given(done)
    .when(verified(), { services: { git: { ...refusing, diff: async () => ({ text: '+<hush>a key</hush>', files: [] }) } } })
    .of(finishTask)
    .then('task.escalated', { class: 'secret', reason: 'nothing was delivered: the change brings 1 secret: src/cart.js:3 (hush)' }))

test('a story that this system did not write all of is never delivered, unless that was before it was taken up anew', () => {
  const facts = factsOf([created(), done, verified()]).map((one) => ({
    ...one,
    sealed: one.type !== 'scan.passed' && one.type !== 'dod.passed',
  }))
  const [fault] = unsealedFaults(facts, { runSince: 0 })
  assert.match(fault ?? '', /^this system has not written all of its story: scan\.passed in the name of scan-code \(\d+\), dod\.passed in/)
  assert.deepEqual(unsealedFaults(facts, { runSince: facts.length + 1 }), [])
  assert.deepEqual(unsealedFaults(factsOf([done, verified()]), { runSince: 0 }), [])
})
