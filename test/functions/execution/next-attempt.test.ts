import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Next, nextAttempt } from '../../../functions/execution/next-attempt.ts'
import {
  attempt,
  codeFailed,
  coding,
  created,
  dodFailed,
  escalated,
  type Facts,
  found,
  type Given,
  rejected,
  requested,
  retried,
  round,
  routed,
  scanFailed,
  unavailable,
  verified,
  written,
} from '../../support/facts.ts'
import { given } from '../../support/given.ts'
import { after, config, kindOf, oneRound, rules, soon } from './next-attempt-setting.ts'

const table: readonly [rule: string, facts: Facts, next: string][] = [
  ['an approved plan starts attempt 1 with the agents it was routed to', [], 'attempt 1.0 claude'],
  ['a round that is under way is waited for', [round()], 'nothing'],
  ['a round that waits for its review is waited for', [round(), written(), unavailable()], 'nothing'],
  ['a round that passed everything needs no other', oneRound(verified()), 'nothing'],
  ['a rejection makes the reviewer the implementer', oneRound(rejected()), 'attempt 1.1 codex'],
  [
    'the second rejection swaps them back',
    oneRound(rejected('b', { handoff: 1, implementer: 'codex', reviewer: 'claude' })),
    'attempt 1.2 claude',
  ],
  ['the third handoff is still made', oneRound(rejected('c', { handoff: 2 })), 'attempt 1.3 codex'],
  ['a fourth handoff is not: a person is asked', oneRound(rejected('d', { handoff: 3 })), 'escalate handoffs'],
  ['a scan that found something costs an attempt', oneRound(scanFailed()), 'attempt 2.0 claude'],
  ['checks that failed cost an attempt', oneRound(dodFailed()), 'attempt 2.0 claude'],
  ['an agent that changed nothing costs an attempt', [round(), codeFailed('no_change')], 'attempt 2.0 claude'],
  ['an agent that spent its own limit costs an attempt', [round(), codeFailed('limit')], 'attempt 2.0 claude'],
  [
    'a new attempt may hand over anew, and goes on with the agents as they are',
    oneRound(dodFailed(), { handoff: 3, implementer: 'codex', reviewer: 'claude' }),
    'attempt 2.0 codex',
  ],
  ['after the third attempt a person is asked', oneRound(dodFailed(), { n: 3 }), 'escalate attempts'],
  ['a failure of the surroundings costs no attempt', [round(), codeFailed('infrastructure')], 'attempt 1.0 claude'],
  ['neither does an overloaded model: another one goes on', [round(), codeFailed('retryable')], 'attempt 1.0 gemini'],
  [
    'nor do many, and what fails otherwise between them is counted as ever',
    [round(), codeFailed('retryable'), round(), codeFailed('timeout'), round(), codeFailed('retryable'), round(), codeFailed('retryable')],
    'attempt 1.0 gemini',
  ],
  ['an agent whose tools were denied costs an attempt', [round(), codeFailed('denied')], 'attempt 2.0 claude'],
  ['and a person learns that it was that', [round({ n: 3 }), codeFailed('denied')], 'escalate denied'],
  ['an agent that went in circles costs an attempt', [round(), codeFailed('stuck')], 'attempt 2.0 claude'],
  ['nor a sandbox that does not work', [round(), codeFailed('sandbox')], 'attempt 1.0 claude'],
  ['nor a timeout', [round(), codeFailed('timeout')], 'attempt 1.0 claude'],
  ['nor checks that could not run', oneRound(dodFailed('no disk', 'infrastructure')), 'attempt 1.0 claude'],
  ['but only once in an attempt', [round(), codeFailed('infrastructure', 'a'), round(), codeFailed('timeout', 'b')], 'escalate timeout'],
  [
    'and once more in the next attempt',
    [round(), codeFailed('timeout', 'a'), round(), codeFailed('limit', 'b'), round({ n: 2 }), codeFailed('timeout', 'c')],
    'attempt 2.0 claude',
  ],
  ['an agent that is not installed needs a person at once', [round(), codeFailed('missing')], 'escalate missing'],
  ['so does a key that is not accepted', [round(), codeFailed('permanent')], 'escalate permanent'],
]
for (const [rule, facts, expected] of table) test(rule, () => assert.equal(kindOf(after(...facts)), expected))

test('an approved plan without a commit to start from reaches a person', () =>
  assert.equal(nextAttempt(given(created(), routed()).task(), rules, soon).kind, 'escalate'))

test('an agent that only reviews does not become the implementer', () => {
  const task = given(coding(), round(), written(), rejected('no')).task()
  const next = nextAttempt(task, { ...rules, writers: ['claude'] }, soon)
  assert.deepEqual(next.kind === 'attempt' && next.attempt, attempt({ handoff: 1 }))
})

test('a rejection by another reviewer than the planned one makes that reviewer the implementer', () => {
  const next = after(round(), written(), unavailable('codex'), rejected('no', { reviewer: 'gemini' }))
  assert.deepEqual(next.kind === 'attempt' && next.attempt, attempt({ handoff: 1, implementer: 'gemini', reviewer: 'claude' }))
})

test('the findings of a round are the feedback of the next', () => {
  const next = after(round(), written(), rejected('it rounds down'))
  assert.deepEqual(next.kind === 'attempt' && next.feedback, [found('it rounds down')])
})

const guided = (...facts: Facts): Next =>
  nextAttempt(given(created(), escalated(), retried('use integers'), routed(), requested(), ...facts).task(), rules, soon)
const told = [found('use integers', { from: 'person' })]

test('guidance of a person is the feedback of the first round', () => {
  const next = guided()
  assert.deepEqual(next.kind === 'attempt' && next.feedback, told)
})

test('a first round that is repeated for want of the surroundings is told the same guidance again', () => {
  const next = guided(round(), codeFailed('infrastructure'))
  assert.deepEqual(next.kind === 'attempt' && next.feedback, told)
})

test('a later round that is repeated is told the findings it was told before', () => {
  const next = after(oneRound(dodFailed('one test fails')), round({ n: 2 }), codeFailed('timeout'))
  assert.deepEqual(next.kind === 'attempt' && [next.attempt.n, next.feedback], [2, [found('one test fails', { from: 'dod' })]])
})

test('the same finding three times in a row needs a person, whatever the numbers in it', () => {
  const failed = (line: number): Given => dodFailed(`cart.test.js:${line} failed after ${line}.5 ms`)
  const two = [oneRound(failed(1)), oneRound(failed(2), { n: 2 })]
  assert.equal(kindOf(after(two)), 'attempt 3.0 claude')
  const next = nextAttempt(given(coding(), two, oneRound(failed(3), { n: 3 })).task(), config({ limits: { attempts: 9 } }), soon)
  assert.equal(kindOf(next), 'escalate same_finding')
  assert.match(next.kind === 'escalate' ? next.reason : '', /the same finding 3 times in a row: cart\.test\.js:3|cart\.test\.js:1/)
})

test('different findings, or the same of another file, are progress', () => {
  const scan = (file: string): Given => ({
    ...scanFailed(),
    data: { ...scanFailed().data, findings: [found('eval', { from: 'scan', file })] },
  })
  const many = config({ limits: { attempts: 9 } })
  const task = given(coding(), oneRound(scan('a.js')), oneRound(scan('b.js'), { n: 2 }), oneRound(scan('c.js'), { n: 3 })).task()
  assert.equal(kindOf(nextAttempt(task, many, soon)), 'attempt 4.0 claude')
})

test('a check that could not be carried out is done again alone, a failed agent runs again', () => {
  const scan = { ...scanFailed('no disk'), data: { ...scanFailed('no disk').data, class: 'infrastructure' as const } }
  const rechecks = [oneRound(scan), oneRound(dodFailed('no disk', 'infrastructure')), [round(), codeFailed('timeout')]].map((facts) => {
    const next = after(facts)
    return next.kind === 'attempt' ? next.recheck : next.kind
  })
  assert.deepEqual(rechecks, ['scan', 'dod', undefined])
})

test('checks that find no end on new code are told its author, once', () => {
  const hanging = dodFailed('npm test was not done after 300 s', 'timeout')
  const next = after(oneRound(hanging))
  assert.deepEqual(
    [kindOf(next), next.kind === 'attempt' && [next.feedback, next.recheck]],
    ['attempt 2.0 claude', [hanging.data.findings, undefined]],
  )
  const again = after(oneRound(hanging), oneRound(dodFailed('npm test still hangs', 'timeout'), { n: 2 }))
  assert.equal(kindOf(again), 'escalate timeout')
  assert.match(again.kind === 'escalate' ? again.reason : '', /ran out of time again, on other code: npm test still hangs/)
})

test('a lack of time that says nothing about the head is tried again on the same code', () => {
  const laid = dodFailed('the tests of the base were not done', 'timeout')
  const next = after(oneRound({ ...laid, data: { ...laid.data, findings: [] } }))
  assert.deepEqual([kindOf(next), next.kind === 'attempt' && next.recheck], ['attempt 1.0 claude', 'dod'])
})

test('what a repeated check finds costs an attempt as ever', () =>
  assert.equal(kindOf(after(oneRound(dodFailed('no disk', 'infrastructure')), round(), dodFailed('one test fails'))), 'attempt 2.0 claude'))

const dod = oneRound(dodFailed('expected 3, got 2'))

test('an agent that then changes nothing is told again what was found, and so is the person in the end', () => {
  const idle: Facts = [round({ n: 2 }), codeFailed('no_change')]
  const next = after(dod, idle)
  assert.deepEqual(next.kind === 'attempt' && next.feedback.map(({ problem }) => problem), ['expected 3, got 2', 'it changed nothing'])
  const last = after(dod, idle, round({ n: 3 }), codeFailed('no_change', 'it changed nothing at all'))
  assert.ok(last.kind === 'escalate')
  assert.match(last.reason, /changed nothing.*found before that: expected 3, got 2/)
  assert.deepEqual(last.findings[0]?.problem, 'expected 3, got 2')
})

test('a failure of the surroundings does not make what was found before it untrue', () => {
  const next = after(dod, round({ n: 2 }), codeFailed('no_change'), round({ n: 3 }), codeFailed('infrastructure', 'no disk'))
  assert.deepEqual(next.kind === 'attempt' && next.feedback.map(({ problem }) => problem), ['expected 3, got 2'])
  const gone = after(dod, round({ n: 2 }), codeFailed('missing', 'claude is not installed'))
  assert.ok(gone.kind === 'escalate')
  assert.match(gone.reason, /not installed; found before that: expected 3, got 2/)
})

test('what was found before an agent was denied its tools, went in circles or ran out of turns is told again', () => {
  for (const cls of ['denied', 'stuck', 'limit'] as const) {
    const next = after(dod, round({ n: 2 }), codeFailed(cls, `it was ${cls}`))
    assert.deepEqual(next.kind === 'attempt' && next.feedback.map(({ problem }) => problem), ['expected 3, got 2', `it was ${cls}`])
    const last = after(dod, round({ n: 2 }), codeFailed(cls, 'x'), round({ n: 3 }), codeFailed(cls, `it was ${cls}`))
    assert.match(last.kind === 'escalate' ? last.reason : '', /found before that: expected 3, got 2/)
  }
})
