import { storyFilter } from '../../bus/subjects.ts'
import { rulebookOf } from '../../domain/learner.ts'
import { defineFunction } from '../define-function.ts'
import { rulesIn } from './rulebook.ts'
import { nextState } from './trials.ts'

/** Has a rule block, or takes it out of use, by what came of it; each change expects the rulebook as it was read. */
export default defineFunction({
  on: ['rule.admitted', 'rule.tried'],
  emits: ['rule.enforced', 'rule.quarantined'],
  timeout: '30s',
  retry: { attempts: 8, backoff: ['1s', '5s', '30s'] },
  tells: true,
  handler: async ({ event, history, lastSequence, say, services }) => {
    const book = rulebookOf(event.data.project)
    const guard = { filter: storyFilter(book), sequence: await lastSequence(storyFilter(book)) }
    const id = event.type === 'rule.admitted' ? event.data.rule : event.subject
    const booked = rulesIn(await history(book)).find(({ rule }) => rule === id)
    if (!booked) return []
    const trials = (await history(id)).flatMap((fact) =>
      fact.type === 'rule.tried' && fact.sequence > booked.since ? [fact.data.trial] : [],
    )
    const next = nextState(booked, trials, services.config.chum)
    return next ? [say(`rule.${next.state}`, { rule: id, reason: next.reason }, { id: book, guard })] : []
  },
})
