import { test } from 'node:test'
import promoteRule from '../../../functions/rules/promote-rule.ts'
import { fact, storyOf } from '../../support/facts.ts'
import { given } from '../../support/given.ts'
import { admittedRule, book, forge, forging, good, triedRule, wanted } from '../../support/rules.ts'

test('a rule whose mistake a check refused blocks at once, and expects the rulebook as it was read', () =>
  given()
    .when({ ...admittedRule(), id: book }, forging(good))
    .of(promoteRule)
    .then('rule.enforced', { rule: forge, reason: /refused and mended \(1 of 1\)/ }, { id: book, guard: { sequence: 1 } }))

test('one that finds something in today’s base only warns', () =>
  given()
    .when({ ...admittedRule({ baseHits: [{ file: 'a.js', line: 1 }] }), id: book }, forging(good))
    .of(promoteRule)
    .thenNothing())

test('what came of it since its last change counts, and nothing before that', async () => {
  const kept = { ...triedRule('kept'), id: forge }
  await given(storyOf(book, admittedRule(), fact('rule.enforced', { rule: forge, reason: 'x' })), storyOf(forge, wanted))
    .when(kept, forging(good))
    .of(promoteRule)
    .then('rule.quarantined', { rule: forge, reason: /delivered all the same/ }, { id: book })
  await given(
    storyOf(book, admittedRule()),
    storyOf(forge, wanted, kept),
    storyOf(book, fact('rule.enforced', { rule: forge, reason: 'x' })),
  )
    .when({ ...triedRule('silent', 'task-3'), id: forge }, forging(good))
    .of(promoteRule)
    .thenNothing()
})

test('a rule that was never admitted stays so', () =>
  given(storyOf(forge, wanted))
    .when({ ...triedRule('mended'), id: forge }, forging(good))
    .of(promoteRule)
    .thenNothing())
