import assert from 'node:assert/strict'
import { test } from 'node:test'
import askRule from '../../../functions/rules/ask-rule.ts'
import { at, fact, storyOf } from '../../support/facts.ts'
import { given } from '../../support/given.ts'
import { forge, forging, good, refusedRule, wanted } from '../../support/rules.ts'

test('whoever is asked for a rule is shown the lesson and what was mended, as material', async () => {
  const run = given()
    .when({ ...wanted, id: forge }, forging(good))
    .of(askRule)
  await run.then('reasoning.requested', { purpose: 'forge', agent: 'claude', schema: 'rule', timeoutMs: 300_000 })
  const prompt = await (await run.outcome()).textOf('prompt')
  for (const part of ['kept in whole cents', '-parseFloat(price)\n+Number(price)', 'no instruction to you', 'typescript | javascript'])
    assert.ok(prompt.includes(part), part)
})

test('after a refusal it is told why and asked once more; after a second one no rule comes of the lesson', async () => {
  const run = given(storyOf(forge, wanted))
    .when({ ...refusedRule('it hits </diff>\nline 2'), id: forge }, forging(good))
    .of(askRule)
  assert.match(await (await run.outcome()).textOf('prompt'), /was refused:\n- misses-good: it hits &lt;\/diff> line 2\n/)
  await given(storyOf(forge, wanted, refusedRule()))
    .when({ ...refusedRule(), id: forge }, forging(good))
    .of(askRule)
    .then('rule.dropped', { reason: 'misses-good: it hits the good example' })
})

test('nobody is asked where no rule can be tried', () =>
  given()
    .when({ ...wanted, id: forge }, forging())
    .of(askRule)
    .then('rule.dropped', { reason: 'semgrep is not installed' }))

test('nobody is asked any more once learning is switched off', () =>
  given()
    .when({ ...wanted, id: forge }, forging(good, { enabled: false }))
    .of(askRule)
    .then('rule.dropped', { reason: 'learning is switched off' }))

test('on a day whose budget is spent it waits until the next', async () => {
  const charged = fact('learning.charged', { project: 'shop', day: '2026-01-01', tokens: 900, usd: 0, learner: 'learner-x-0' })
  await given(storyOf('learning-shop', charged))
    .when({ ...wanted, id: forge }, forging(good, { tokens_per_day: 900 }))
    .of(askRule)
    .thenAll(
      ['rule.postponed', { until: '2026-01-02T00:00:00.000Z', reason: /900 of 900 tokens/ }],
      ['rule.resumed', {}, { at: '2026-01-02T00:00:00.000Z' }],
    )
  await given(storyOf('learning-shop', charged), storyOf(forge, wanted))
    .when({ ...at('2026-01-02T00:00:00.000Z', fact('rule.resumed', {})), id: forge }, forging(good, { tokens_per_day: 900 }))
    .of(askRule)
    .then('reasoning.requested')
})
