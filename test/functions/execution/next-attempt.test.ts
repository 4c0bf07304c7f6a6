import assert from 'node:assert/strict'
import { test } from 'node:test'
import { evolve } from '../../../domain/evolve.ts'
import type { Task } from '../../../domain/task.ts'
import { type Next, nextAttempt } from '../../../functions/execution/next-attempt.ts'
import {
  approved,
  at,
  atTheGate,
  attempt,
  codeFailed,
  coding,
  created,
  dodFailed,
  escalated,
  type Facts,
  fact,
  found,
  type Given,
  rejected,
  requested,
  retried,
  round,
  routed,
  scanFailed,
  started,
  unavailable,
  usage,
  verified,
  written,
} from '../../support/facts.ts'
import { given } from '../../support/given.ts'
import { factsOf } from '../../support/stories.ts'
import { config as configuration } from '../../support/stubs.ts'

const soon = new Date('2026-01-01T10:01:00.000Z')
/** The operator's configuration, with agents that all write. */
const config = (...given: Parameters<typeof configuration>) => ({ ...configuration(...given), writers: ['claude', 'codex', 'gemini'] })
const rules = config()
const after = (...facts: Facts): Next => nextAttempt(given(coding(), ...facts).task(), rules, soon)
const kindOf = (next: Next): string =>
  next.kind === 'attempt'
    ? `attempt ${next.attempt.n}.${next.attempt.handoff} ${next.attempt.implementer}`
    : next.kind === 'escalate'
      ? `escalate ${next.class}`
      : next.kind

const oneRound = (outcome: Given, more: Parameters<typeof round>[0] = {}): Facts => [round(more), written(), outcome]

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

const budgets: readonly [rule: string, budget: Record<string, unknown>, now: string, reason: RegExp][] = [
  ['rounds', { rounds: 1 }, '2026-01-01T10:01:00.000Z', /1 of 1 rounds/],
  ['time', { time: '30m' }, '2026-01-01T10:30:02.000Z', /30 minutes of 30m/],
  ['tokens', { tokens: 110 }, '2026-01-01T10:01:00.000Z', /110 of 110 tokens/],
  ['money', { usd: 0.5 }, '2026-01-01T10:01:00.000Z', /0\.50 of 0\.5 USD/],
]
for (const [what, budget, now, reason] of budgets)
  test(`a spent budget of ${what} needs a person, and a little less does not`, () => {
    const cost = { ...codeFailed(), data: { ...codeFailed().data, usage: { ...usage, costUsd: 0.5 } } }
    const task = given(coding(), round(), cost).task()
    const next = nextAttempt(task, config({ budget }), new Date(now))
    assert.equal(kindOf(next), 'escalate budget')
    assert.match(next.kind === 'escalate' ? next.reason : '', reason)
    const larger = config({ budget: { rounds: 2, time: '31m', tokens: 111, usd: 0.51 } })
    assert.equal(nextAttempt(task, larger, new Date(now)).kind, 'attempt')
  })

test('a retry has a budget of its own, and says what all runs cost when that is spent, too', () => {
  const cost = { ...codeFailed(), data: { ...codeFailed().data, usage: { ...usage, costUsd: 0.5 } } }
  const budget = config({ budget: { tokens: 220, usd: 1 } })
  const first: Facts = [coding(), round(), cost, round({ n: 2 }), cost, escalated('the budget is spent', 'budget')]
  const again: Facts = [first, retried(), routed(), requested(), started(), round(), cost]
  assert.equal(kindOf(nextAttempt(given(again).task(), budget, soon)), 'attempt 2.0 claude')
  const spent = nextAttempt(given(again, round({ n: 2 }), cost).task(), budget, soon)
  assert.deepEqual(spent.kind === 'escalate' && [spent.class, spent.reason], [
    'budget',
    'the budget is spent: 220 of 220 tokens, 1.00 of 1 USD; its 2 runs took 440 tokens in all (2.00 USD)',
  ])
})

test('the time a person takes to decide is not spent from the budget', () => {
  const decided = '2026-01-01T20:00:00.000Z'
  const facts: Facts = [
    atTheGate(),
    at(decided, approved()),
    at(decided, started('code')),
    at('2026-01-01T20:00:01.000Z', round()),
    at('2026-01-01T20:05:00.000Z', codeFailed()),
  ]
  const now = new Date('2026-01-01T20:05:01.000Z')
  assert.equal(nextAttempt(given(facts).task(), config({ budget: { time: '30m' } }), now).kind, 'attempt')
  assert.equal(kindOf(nextAttempt(given(facts).task(), config({ budget: { time: '5m' } }), now)), 'escalate budget')
})

test('all budgets that are spent are named at once', () => {
  const next = nextAttempt(given(coding(), round(), codeFailed()).task(), config({ budget: { rounds: 1, tokens: 1 } }), soon)
  assert.match(next.kind === 'escalate' ? next.reason : '', /1 of 1 rounds, 110 of 1 tokens/)
})

/** What may come of a round, every time with another finding or with the same. */
const outcomes: readonly ((nth: number) => Given)[] = [
  (nth) => rejected(`fault ${'x'.repeat(nth)}`),
  () => rejected('the same fault'),
  (nth) => scanFailed(`rule ${'x'.repeat(nth)}`),
  () => dodFailed('the same check'),
  (nth) => codeFailed('no_change', `nothing ${'x'.repeat(nth)}`),
  (nth) => codeFailed('infrastructure', `disk ${'x'.repeat(nth)}`),
  (nth) => dodFailed(`timeout ${'x'.repeat(nth)}`, 'timeout'),
]

/** Plays rounds with the outcomes that `choose` picks until the rule starts no other. Fails when it goes beyond its limits. */
const play = (choose: (nth: number) => number, limits: { attempts: number; handoffs: number }): { next: Next; rounds: number } => {
  const loose = config({ limits: { ...limits, same_finding: 3 }, budget: { rounds: 1000 } })
  const fold = (task: Task, ...facts: Facts): Task => factsOf(facts).reduce(evolve, task)
  let task = given(coding()).task()
  for (let rounds = 0; ; rounds++) {
    const next = nextAttempt(task, loose, soon)
    if (next.kind !== 'attempt') return { next, rounds }
    assert.ok(
      next.attempt.n <= limits.attempts && next.attempt.handoff <= limits.handoffs,
      `attempt ${next.attempt.n}.${next.attempt.handoff}`,
    )
    assert.ok(rounds <= limits.attempts * (limits.handoffs + 2), `${rounds} rounds and no end`)
    const outcome = outcomes[choose(rounds)]!(rounds)
    const data = outcome.type === 'review.rejected' ? { ...outcome.data, attempt: next.attempt } : outcome.data
    task = fold(task, round(next.attempt), { type: outcome.type, data } as Given)
  }
}

test('every path of failures ends with a person, within three attempts of three handoffs each', () => {
  let seed = 42
  const random = (below: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor((seed / 2_147_483_648) * below)
  }
  for (let game = 0; game < 300; game++) {
    const { next } = play(() => random(outcomes.length), { attempts: 3, handoffs: 3 })
    assert.equal(next.kind, 'escalate')
  }
})

test('every path there is, in a small loop, ends with a person', () => {
  const walk = (path: readonly number[]): number => {
    let asked = 0
    const { next } = play(
      (nth) => {
        asked = nth + 1
        return path[nth] ?? 0
      },
      { attempts: 2, handoffs: 1 },
    )
    assert.equal(next.kind, 'escalate', path.join())
    return asked
  }
  let walks = 0
  const every = (path: readonly number[]): void => {
    walks++
    if (walk(path) <= path.length) return
    for (let choice = 0; choice < outcomes.length; choice++) if (choice > 0 || path.length < 2) every([...path, choice])
  }
  every([])
  assert.ok(walks > 100, `only ${walks} paths were walked`)
})

test('the longest path, rejected to the end in every attempt, makes all handoffs', () => {
  const swapped = [0, 0, 0, 2]
  const { next, rounds } = play((nth) => swapped[nth % 4]!, { attempts: 3, handoffs: 3 })
  assert.deepEqual([next.kind === 'escalate' && next.class, rounds], ['attempts', 12])
})

test('with the default budget twelve rounds are the end of it', () => {
  const rounds = Array.from({ length: 12 }, (_, nth) => [round({ n: 1, handoff: 0 }), rejected(`fault ${'x'.repeat(nth)}`)])
  assert.equal(kindOf(after(rounds)), 'escalate budget')
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

test('refusals of models spend no rounds and no time, and are no finding that comes back', () => {
  const refusals = Array.from({ length: 20 }, () => [round(), codeFailed('retryable', 'status 429')])
  const postponed = fact('task.postponed', { until: '2026-01-01T15:00:00.000Z', reason: 'status 429' })
  const task = given(coding(), refusals, postponed, round(), codeFailed('limit')).task()
  assert.equal(kindOf(nextAttempt(task, rules, new Date('2026-01-01T16:00:00.000Z'))), 'attempt 2.0 claude')
  assert.equal(kindOf(nextAttempt(task, rules, new Date('2026-01-01T20:00:00.000Z'))), 'escalate budget')
})

test('what was found before an agent was denied its tools, went in circles or ran out of turns is told again', () => {
  for (const cls of ['denied', 'stuck', 'limit'] as const) {
    const next = after(dod, round({ n: 2 }), codeFailed(cls, `it was ${cls}`))
    assert.deepEqual(next.kind === 'attempt' && next.feedback.map(({ problem }) => problem), ['expected 3, got 2', `it was ${cls}`])
    const last = after(dod, round({ n: 2 }), codeFailed(cls, 'x'), round({ n: 3 }), codeFailed(cls, `it was ${cls}`))
    assert.match(last.kind === 'escalate' ? last.reason : '', /found before that: expected 3, got 2/)
  }
})
