import { test } from 'node:test'
import chargeLearning from '../../../functions/chum/charge-learning.ts'
import { answered, at, fact, storyOf, usage } from '../../support/facts.ts'
import { given } from '../../support/given.ts'
import { begun, learner } from '../../support/lessons.ts'

test('what an answer cost is added to the day of its project, and expects the sum before it', async () => {
  const sum = fact('learning.charged', { project: 'shop', day: '2026-01-01', tokens: 500, usd: 0.5, learner: 'learner-x-0' })
  const said = { ...answered('learn', '{}'), id: learner }
  await given(storyOf(learner, begun), storyOf('learning-shop', sum))
    .when(said)
    .of(chargeLearning)
    .then(
      'learning.charged',
      { tokens: 500 + usage.inputTokens + usage.outputTokens, usd: 0.5 },
      { id: 'learning-shop', guard: { sequence: 2 } },
    )
  await given(storyOf(learner, begun), storyOf('learning-shop', sum))
    .when(at('2026-01-02T08:00:00.000Z', said))
    .of(chargeLearning)
    .then('learning.charged', { day: '2026-01-02', tokens: usage.inputTokens + usage.outputTokens, usd: 0 })
})
