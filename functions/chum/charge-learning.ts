import { storyFilter } from '../../bus/subjects.ts'
import { learnOutcomes } from '../../domain/catalogue/reasoning.ts'
import { learningOf } from '../../domain/learner.ts'
import { defineFunction } from '../define-function.ts'

/** Adds what an answer of learning cost to what the project's learning cost that day. Each sum expects the one before it, so that none is lost. */
export default defineFunction({
  on: [...learnOutcomes],
  emits: ['learning.charged'],
  timeout: '30s',
  retry: { attempts: 8, backoff: ['1s', '5s', '30s'] },
  tells: true,
  handler: async ({ event, latest, lastSequence, say }) => {
    const begun = (await latest('learner.started', event.subject)) ?? (await latest('rule.wanted', event.subject))
    if (!begun) return []
    const { project } = begun.data
    const id = learningOf(project)
    const guard = { filter: storyFilter(id), sequence: await lastSequence(storyFilter(id)) }
    const before = await latest('learning.charged', id)
    const day = event.time.slice(0, 10)
    const sum = before?.data.day === day ? before.data : { tokens: 0, usd: 0 }
    const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, costUsd = 0 } = event.data.usage
    const tokens = sum.tokens + inputTokens + outputTokens + cacheReadTokens + cacheWriteTokens
    return [say('learning.charged', { project, day, tokens, usd: sum.usd + costUsd, learner: event.subject }, { id, guard })]
  },
})
