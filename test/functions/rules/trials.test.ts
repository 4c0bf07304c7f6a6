import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RuleOutcome } from '../../../domain/catalogue/rule.ts'
import type { Fact } from '../../../domain/fact.ts'
import { nextState, trialsIn } from '../../../functions/rules/trials.ts'

interface Seen {
  rule: string
  found: number
  broken?: true
}
const scan = (type: 'scan.passed' | 'scan.failed', ...learned: Seen[]): Fact => ({ type, data: { learned } }) as unknown as Fact
const done = { type: 'task.completed', data: {} } as unknown as Fact
const escalated = { type: 'task.escalated', data: {} } as unknown as Fact
const trials = (...facts: Fact[]) => Object.fromEntries(trialsIn(facts))

test('what a rule found and is gone was mended; what is still there was kept; what it never found is silence', () => {
  const [a, b, c] = [
    [2, 0],
    [0, 1],
    [0, 0],
  ] as const
  const round = (index: 0 | 1): Seen[] => [
    { rule: 'a', found: a[index] },
    { rule: 'b', found: b[index] },
    { rule: 'c', found: c[index] },
  ]
  assert.deepEqual(trials(scan('scan.failed', ...round(0)), scan('scan.passed', ...round(1)), done), {
    a: 'mended',
    b: 'kept',
    c: 'silent',
  })
})

test('a run that came to nothing shows whom its last scan found, and one that cannot be read', () => {
  const seen = scan('scan.failed', { rule: 'a', found: 1 }, { rule: 'b', found: 0, broken: true }, { rule: 'c', found: 0 })
  assert.deepEqual(trials(seen, escalated), { a: 'blocked', b: 'broken' })
  assert.deepEqual(trials(seen, scan('scan.passed'), done), { a: 'mended', b: 'broken', c: 'silent' })
})

test('a run without learned rules tries none', () => {
  assert.deepEqual(trials({ type: 'scan.passed', data: {} } as unknown as Fact, done), {})
})

const settings = { hits_to_enforce: 2, runs_to_enforce: 4 }
const probation: Parameters<typeof nextState>[0] = { state: 'probation', confirmed: true, baseHits: [] }
const becomes = (rule: Partial<Parameters<typeof nextState>[0]>, ...past: RuleOutcome[]) =>
  nextState({ ...probation, ...rule }, past, settings)?.state

test('a rule blocks after enough findings that were refused and mended; a refusal of what taught it is the first', () => {
  assert.equal(becomes({}), undefined)
  assert.equal(becomes({}, 'mended'), 'enforced')
  assert.equal(becomes({ confirmed: false }, 'mended'), undefined)
  assert.equal(becomes({ confirmed: false }, 'mended', 'mended'), 'enforced')
})

test('a rule blocks after enough tasks without a false alarm', () => {
  assert.equal(becomes({}, 'silent', 'silent', 'silent'), undefined)
  assert.equal(becomes({}, 'silent', 'silent', 'silent', 'silent'), 'enforced')
  assert.equal(becomes({}, 'silent', 'kept', 'silent', 'silent'), undefined)
})

test('what todays base has only warns, however often it is mended', () => {
  assert.equal(becomes({ baseHits: [{ file: 'a.js', line: 1 }] }, 'mended', 'mended', 'silent', 'silent'), undefined)
})

test('what was delivered in spite of it takes a rule out of use: at once where it blocks, the second time where it warns', () => {
  assert.equal(becomes({ state: 'enforced' }, 'kept'), 'quarantined')
  assert.equal(becomes({}, 'kept'), undefined)
  assert.equal(becomes({}, 'kept', 'mended', 'kept'), 'quarantined')
})

test('a rule that cannot be read is out of use, and stays so whatever comes of it', () => {
  assert.equal(becomes({ state: 'enforced' }, 'broken'), 'quarantined')
  assert.equal(becomes({ state: 'quarantined' }, 'mended', 'mended'), undefined)
})

test('one that blocks and ends two tasks is out of use', () => {
  assert.equal(becomes({ state: 'enforced' }, 'blocked'), undefined)
  assert.equal(becomes({ state: 'enforced' }, 'blocked', 'mended', 'blocked'), 'quarantined')
  assert.equal(becomes({}, 'blocked', 'blocked'), undefined)
})

test('what a person has put on probation stays there, however often it is right', () => {
  const word = { reason: 'too strict', by: 'ann' }
  assert.equal(becomes({ word }, 'mended', 'mended', 'silent', 'silent'), undefined)
  assert.equal(becomes({ word }, 'kept', 'kept'), 'quarantined')
})
