import { test } from 'node:test'
import { rulebookOf } from '../../../domain/learner.ts'
import tryRules from '../../../functions/rules/try-rules.ts'
import { attempt, completed, escalated, fact, retried, reviewing, round, storyOf, verified } from '../../support/facts.ts'
import { given } from '../../support/given.ts'
import { admittedRule } from '../../support/rules.ts'

const passed = (found: number) => fact('scan.passed', { attempt: attempt(), warnings: [], learned: [{ rule: 'forge-a', found }] })
const failed = fact('scan.failed', {
  attempt: attempt(),
  class: 'test_failure',
  findings: [],
  reason: 'x',
  learned: [{ rule: 'forge-a', found: 1 }],
})

test('when a task is done, each rule that it was held against is told what came of it', () =>
  given(reviewing(), failed, round({ n: 2 }), passed(0), verified())
    .when(completed())
    .of(tryRules)
    .then('rule.tried', { project: 'shop', task: 'task-1', run: 0, trial: 'mended' }, { id: 'forge-a' }))

test('a task that came to nothing tells on the rule that stopped it, and what an earlier run saw is not counted again', async () => {
  await given(reviewing(), failed).when(escalated()).of(tryRules).then('rule.tried', { trial: 'blocked' })
  await given(reviewing(), failed, escalated(), retried(), reviewing(), passed(0), verified())
    .when(completed())
    .of(tryRules)
    .then('rule.tried', { run: 1, trial: 'silent' })
})

test('that a rule which blocks already found nothing is no news', () =>
  given(
    storyOf(rulebookOf('shop'), admittedRule({ rule: 'forge-a' }), fact('rule.enforced', { rule: 'forge-a', reason: 'x' })),
    reviewing(),
    passed(0),
    verified(),
  )
    .when(completed())
    .of(tryRules)
    .thenNothing())
