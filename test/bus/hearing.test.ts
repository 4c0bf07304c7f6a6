import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type FactHead, missedFacts, newHearing, planHearing } from '../../bus/hearing.ts'

const known = { hears: { 'code.written': 0, 'review.passed': 40 }, owed: [], left: false }

test('a durable that hears what it heard before goes on, and nothing is owed to it', () =>
  assert.deepEqual(planHearing(['code.written', 'review.passed'], known, 90), { hears: known.hears, owed: [] }))

test('a type that is new to a durable counts from the end of the stream, and what came before is owed', () =>
  assert.deepEqual(planHearing(['code.written', 'scan.passed'], known, 90), {
    hears: { 'code.written': 0, 'scan.passed': 90 },
    owed: ['scan.passed'],
  }))

test('what was owed and not given yet stays owed', () =>
  assert.deepEqual(planHearing(['review.passed'], { ...known, owed: ['review.passed', 'gone.type'] }, 90), {
    hears: { 'review.passed': 40 },
    owed: ['review.passed'],
  }))

test('a durable whose function was gone begins anew with all its types', () =>
  assert.deepEqual(planHearing(['code.written'], { ...known, left: true }, 90), { hears: { 'code.written': 90 }, owed: ['code.written'] }))

test('a new durable on a new store hears everything, so that nothing is owed', () => {
  assert.deepEqual(newHearing(['a.b'], 0), { hears: { 'a.b': 0 }, owed: [] })
  assert.deepEqual(newHearing(['a.b'], 7), { hears: { 'a.b': 7 }, owed: ['a.b'] })
})

/** A story in words: `type` or `type<cause`, its ids and sequences counted from 1. */
const story = (...facts: string[]): FactHead[] =>
  facts.map((fact, index) => {
    const [type = '', causedBy = 'door'] = fact.split('<')
    return { id: String(index + 1), type, causedBy, sequence: index + 1 }
  })
const style = { hears: { 'review.passed': 100 }, owed: ['review.passed'], standsSince: 0, leadsOn: (type: string) => type !== 'note.sent' }
const missed = (facts: FactHead[], more: Partial<typeof style> = {}): number[] =>
  missedFacts(facts, { ...style, ...more }).map(({ sequence }) => sequence)

test('a fact that nobody has answered is given to who listens now', () =>
  assert.deepEqual(missed(story('code.written', 'review.passed<1')), [2]))

test('a story that went on from there is not sent back', () =>
  assert.deepEqual(missed(story('code.written', 'review.passed<1', 'scan.passed<2')), []))

test('a story that has not come there yet is given nothing', () => assert.deepEqual(missed(story('code.written')), []))

test('what only says that something was told leads nowhere', () =>
  assert.deepEqual(missed(story('code.written', 'review.passed<1', 'note.sent<2')), [2]))

test('an answer that nobody listens to any more leads on where something came of it', () => {
  assert.deepEqual(missed(story('review.passed', 'note.sent<1', 'scan.passed<2')), [])
  assert.deepEqual(missed(story('review.passed', 'note.sent<1', 'note.sent<2')), [1])
})

test('a word from outside, such as a new priority, hides nothing', () =>
  assert.deepEqual(missed(story('code.written', 'review.passed<1', 'task.reprioritised')), [2]))

test('what came before the story stands where it is is past, also where its answer has another cause', () =>
  assert.deepEqual(missed(story('review.passed', 'attempt.started', 'review.passed'), { standsSince: 2 }), [3]))

test('what the durable hears by itself is not given', () =>
  assert.deepEqual(missed(story('review.passed', 'review.passed'), { hears: { 'review.passed': 1 } }), [1]))

test('facts that have left the stream are past', () =>
  assert.deepEqual(missed(story('review.passed').map((fact) => ({ ...fact, sequence: 0 }))), []))
