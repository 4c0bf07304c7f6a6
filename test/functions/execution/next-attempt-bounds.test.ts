import assert from 'node:assert/strict'
import { test } from 'node:test'
import { evolve } from '../../../domain/evolve.ts'
import type { Task } from '../../../domain/task.ts'
import { type Next, nextAttempt } from '../../../functions/execution/next-attempt.ts'
import {
  approved,
  at,
  atTheGate,
  codeFailed,
  coding,
  dodFailed,
  escalated,
  type Facts,
  fact,
  type Given,
  rejected,
  requested,
  retried,
  round,
  routed,
  scanFailed,
  started,
  usage,
} from '../../support/facts.ts'
import { given } from '../../support/given.ts'
import { factsOf } from '../../support/stories.ts'
import { after, config, kindOf, rules, soon } from './next-attempt-setting.ts'

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

test('refusals of models spend no rounds and no time, and are no finding that comes back', () => {
  const refusals = Array.from({ length: 20 }, () => [round(), codeFailed('retryable', 'status 429')])
  const postponed = fact('task.postponed', { until: '2026-01-01T15:00:00.000Z', reason: 'status 429' })
  const task = given(coding(), refusals, postponed, round(), codeFailed('limit')).task()
  assert.equal(kindOf(nextAttempt(task, rules, new Date('2026-01-01T16:00:00.000Z'))), 'attempt 2.0 claude')
  assert.equal(kindOf(nextAttempt(task, rules, new Date('2026-01-01T20:00:00.000Z'))), 'escalate budget')
})
