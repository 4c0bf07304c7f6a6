import assert from 'node:assert/strict'
import { test } from 'node:test'
import admitRule from '../../../functions/rules/admit-rule.ts'
import type { RuleGate } from '../../../functions/rules/rule-ports.ts'
import { answered, fact, HEAD, storyOf } from '../../support/facts.ts'
import { given } from '../../support/given.ts'
import { admittedRule, book, forge, forging, good, proposal, REFUSED, wanted } from '../../support/rules.ts'
import { config } from '../../support/stubs.ts'

const proposed = (text = JSON.stringify(proposal)) => ({ ...answered('forge', text), id: forge })

test('a rule that holds enters the rulebook of its project, named by us, and expects it as it was read', () =>
  given(storyOf(forge, wanted))
    .when(proposed(), forging(good))
    .of(admitRule)
    .then(
      'rule.admitted',
      {
        rule: forge,
        name: 'chum-sums-of-money-are-kept-in-whole-cents-000000',
        yaml: 'rules: []',
        lesson: 'lesson-00000000000000aa',
        confirmed: true,
      },
      { id: book, guard: { sequence: 0 } },
    ))

test('it is held against the head that taught it, the mended one, today’s base and the rules in force, in folders that are closed again', async () => {
  const seen: Parameters<RuleGate['judge']>[0][] = []
  const needs = forging(good)
  const judge: RuleGate['judge'] = async (input) => {
    seen.push(input)
    return good
  }
  const other = admittedRule({ rule: 'forge-b', name: 'chum-b' })
  const gone = admittedRule({ rule: 'forge-c', name: 'chum-c' })
  await given(storyOf(book, other, gone, { type: 'rule.quarantined', data: { rule: 'forge-c', reason: 'wrong' } }), storyOf(forge, wanted))
    .when(proposed(), { ...needs, services: { ...needs.services, ruleGate: { ...needs.services.ruleGate, judge } } })
    .of(admitRule)
    .then('rule.admitted')
  const { git } = needs.services as { git: { opened: string[]; closed: string[] } }
  assert.deepEqual(git.opened, [`rule ${REFUSED}`, `rule ${HEAD}`, `rule ${'b'.repeat(40)}`])
  assert.deepEqual(git.closed.toSorted(), git.opened.toSorted())
  assert.deepEqual([seen[0]?.ground.changed, seen[0]?.inForce.map(({ id }) => id)], [['src/cart.js'], ['chum-b']])
})

test('what does not hold is refused with every check, and so is an answer that is no rule', async () => {
  const checks = [{ check: 'misses-good', passed: false, evidence: 'it hits line 1' }]
  await given(storyOf(forge, wanted)).when(proposed(), forging({ checks })).of(admitRule).then('rule.refused', { proof: checks })
  await given(storyOf(forge, wanted))
    .when(proposed('I would rather not'), forging(good))
    .of(admitRule)
    .then('rule.refused', { proof: [{ check: 'answer', passed: false, evidence: /no JSON object/ }] })
  await given(storyOf(forge, wanted))
    .when(proposed('{"language": "cobol", "rule": ""}'), forging(good))
    .of(admitRule)
    .then('rule.refused', { proof: [{ evidence: /language/ }, { evidence: /rule/ }, { evidence: /bad/ }, { evidence: /good/ }] })
})

test('a project that is gone needs no rule', () => {
  const needs = forging(good)
  const elsewhere = config({ chum: { enabled: true }, projects: { other: { path: '/repositories/other' } } })
  return given(storyOf(forge, wanted))
    .when(proposed(), { ...needs, services: { ...needs.services, config: elsewhere } })
    .of(admitRule)
    .then('rule.dropped', { reason: /shop is not configured/ })
})

test('a rule is admitted once, whatever is answered again, and not after learning was switched off', async () => {
  await given(storyOf(book, admittedRule()), storyOf(forge, wanted)).when(proposed(), forging(good)).of(admitRule).thenNothing()
  await given(storyOf(forge, wanted))
    .when(proposed(), forging(good, { enabled: false }))
    .of(admitRule)
    .then('rule.dropped', { reason: /switched off/ })
})

test('what a reviewer alone refused is not confirmed', () =>
  given(storyOf(forge, fact('rule.wanted', { ...wanted.data, refusedBy: 'review.rejected' })))
    .when(proposed(), forging(good))
    .of(admitRule)
    .then('rule.admitted', { confirmed: false }))
