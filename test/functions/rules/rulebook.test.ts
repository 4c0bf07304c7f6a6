import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Fact } from '../../../domain/fact.ts'
import { inForce, judgeWord, rulesIn } from '../../../functions/rules/rulebook.ts'

/** Facts of a rulebook in the order of these words; the rule of each is `forge-a` unless another is named. */
const book = (...words: (string | [string, string])[]): Fact[] =>
  words.map((word, index) => {
    const [type, rule] = typeof word === 'string' ? [word, 'forge-a'] : word
    return { type: `rule.${type}`, sequence: index + 1, data: { rule } } as unknown as Fact
  })
const states = (...words: Parameters<typeof book>): string[] => rulesIn(book(...words)).map(({ state, since }) => `${state} since ${since}`)

test('an admitted rule is on probation until something is said of it', () => {
  assert.deepEqual(states('admitted'), ['probation since 1'])
  assert.deepEqual(states('admitted', 'enforced'), ['enforced since 2'])
  assert.deepEqual(states('admitted', 'enforced', 'quarantined'), ['quarantined since 3'])
})

test('a word that is taken back leads to what was before it, as often as there is one, and begins a new count', () => {
  assert.deepEqual(states('admitted', 'enforced', 'quarantined', 'restored'), ['enforced since 4'])
  assert.deepEqual(states('admitted', 'enforced', 'quarantined', 'restored', 'restored'), ['probation since 5'])
  assert.deepEqual(states('admitted', 'restored', 'restored'), ['probation since 3'])
})

test('what is said of one rule says nothing of another, and those out of use are not in force', () => {
  const facts = book('admitted', ['admitted', 'forge-b'], ['quarantined', 'forge-b'], 'enforced')
  assert.deepEqual(
    rulesIn(facts).map(({ rule, state }) => [rule, state]),
    [
      ['forge-a', 'enforced'],
      ['forge-b', 'quarantined'],
    ],
  )
  assert.deepEqual(
    inForce(rulesIn(facts)).map(({ rule }) => rule),
    ['forge-a'],
  )
})

test('what is so already is repeated, and what nobody said cannot be taken back', () => {
  const facts = book('admitted', ['admitted', 'forge-b'], 'enforced')
  assert.equal(judgeWord('rule.enforced', 'forge-a', facts), 'repeated')
  assert.equal(judgeWord('rule.quarantined', 'forge-a', facts), 'accept')
  assert.equal(judgeWord('rule.restored', 'forge-a', facts), 'accept')
  assert.match(JSON.stringify(judgeWord('rule.restored', 'forge-b', facts)), /nothing was said/)
  assert.match(JSON.stringify(judgeWord('rule.enforced', 'forge-c', facts)), /there is no rule forge-c/)
})
