import { rulebookOf } from '../../domain/learner.ts'
import { defineFunction } from '../define-function.ts'
import { rulesIn } from './rulebook.ts'
import { trialsIn } from './trials.ts'

/** Says of the rules that a task was held against what came of them, once its run is over; that one which blocks already found nothing is no news. */
export default defineFunction({
  on: ['task.completed', 'task.escalated', 'task.failed'],
  emits: ['rule.tried'],
  timeout: '30s',
  retry: { attempts: 5, backoff: ['1s', '10s', '1m'] },
  afterEnd: true,
  tells: true,
  handler: async ({ event, state, history, say }) => {
    const task = await state()
    const project = task.routed?.project
    if (!project) return []
    const facts = (await history()).filter(({ sequence }) => sequence >= task.runSince && sequence <= event.sequence)
    const trials = [...trialsIn(facts)]
    if (trials.length === 0) return []
    const blocking = new Set(
      rulesIn(await history(rulebookOf(project))).flatMap(({ rule, state: now }) => (now === 'enforced' ? [rule] : [])),
    )
    return trials
      .filter(([rule, trial]) => trial !== 'silent' || !blocking.has(rule))
      .map(([rule, trial]) => say('rule.tried', { project, task: task.id, run: task.run, trial }, { id: rule }))
  },
})
