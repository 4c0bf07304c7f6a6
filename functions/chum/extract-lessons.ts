import { storyFilter } from '../../bus/subjects.ts'
import { learnerIdFor } from '../../domain/learner.ts'
import { defineFunction } from '../define-function.ts'
import { gather, sourcesOf } from './material.ts'
import { teaches } from './teaches.ts'

/**
 * Begins a learner for a run that passed its checks or came to an end that teaches: a story of its own, which the task does not wait for.
 * One run has one learner, whichever of its facts is heard first.
 */
export default defineFunction({
  on: ['dod.passed', 'task.escalated', 'task.failed'],
  emits: ['learner.started'],
  timeout: '30s',
  retry: { attempts: 5, backoff: ['1s', '10s', '1m'] },
  afterEnd: true,
  tells: true,
  handler: async ({ event, state, history, latest, say, blobs, services }) => {
    const { chum } = services.config
    if (!chum.enabled) return []
    const task = await state()
    const project = task.routed?.project
    if (!project || task.routed?.workflow === 'answer' || !teaches(event, task)) return []
    const learner = learnerIdFor(task.id, task.run)
    if (await latest('learner.started', learner)) return []
    const facts = (await history()).filter(({ sequence }) => sequence >= task.runSince && sequence <= event.sequence)
    const pieces = await gather(sourcesOf(facts), (blob) => blobs.text(blob))
    const material = await blobs.put(JSON.stringify(pieces), 'application/json')
    const applied = [...new Set(facts.flatMap((fact) => (fact.type === 'lesson.applied' ? fact.data.lessons : [])))]
    const data = { task: task.id, run: task.run, project, agent: chum.agent ?? task.routed.planner, applied, material }
    return [say('learner.started', data, { id: learner, guard: { filter: storyFilter(learner), sequence: 0 } })]
  },
})
