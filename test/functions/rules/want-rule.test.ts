import assert from 'node:assert/strict'
import { test } from 'node:test'
import wantRule from '../../../functions/rules/want-rule.ts'
import { dodFailed, fact, HEAD, reviewing, round, storyOf, verified, written } from '../../support/facts.ts'
import { given } from '../../support/given.ts'
import { forge, forging, REFUSED, wanted } from '../../support/rules.ts'

const learned = fact('lesson.learned', {
  lesson: 'lesson-00000000000000aa',
  project: 'shop',
  category: 'antipattern',
  summary: 'Sums of money are kept in whole cents.',
  detail: 'Fractions drift.',
  filePaths: ['src/cart.js'],
  labels: [],
  evidence: [],
})
const mended = [
  reviewing(),
  written({ headSha: REFUSED, files: ['src/old.js'] }),
  dodFailed(),
  round({ n: 2 }),
  written(),
  verified(),
] as const
const needs = forging(undefined, {}, { diff: async () => ({ text: '-parseFloat(price)', files: [] }) })

test('a rule is wanted of a lesson whose mistake was refused and mended, with both heads and what lies between them', async () => {
  const run = given(...mended)
    .when(learned, needs)
    .of(wantRule)
  await run.then(
    'rule.wanted',
    {
      lesson: 'lesson-00000000000000aa',
      agent: 'claude',
      task: 'task-1',
      refusedBy: 'dod.failed',
      taught: { sha: REFUSED },
      mended: { sha: HEAD },
    },
    { id: forge, guard: { sequence: 0 } },
  )
  assert.equal(await (await run.outcome()).textOf('diff'), '-parseFloat(price)')
})

test('a lesson has one rule, and one that shows in no mended code has none', async () => {
  await given(...mended, storyOf(forge, wanted))
    .when(learned, needs)
    .of(wantRule)
    .thenNothing()
  await given(reviewing(), verified()).when(learned, needs).of(wantRule).thenNothing()
})

test('where learning is switched off no rule is wanted', () =>
  given(...mended)
    .when(learned)
    .of(wantRule)
    .thenNothing())
