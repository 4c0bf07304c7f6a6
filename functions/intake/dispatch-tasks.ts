import { storyFilter } from '../../bus/subjects.ts'
import { freePlaces, stageOf, startable } from '../../domain/places.ts'
import { defineFunction } from '../define-function.ts'

/** Gives free places to waiting tasks. Every start expects the last start it knew of, so that two replicas cannot both fill one place. */
export default defineFunction({
  on: [
    'task.routed',
    'task.completed',
    'task.failed',
    'task.escalated',
    'task.cancelled',
    'task.reprioritised',
    'gate.opened',
    'plan.approved',
  ],
  emits: ['task.started'],
  timeout: '1m',
  retry: { attempts: 8, backoff: ['1s', '5s', '30s'] },
  concurrency: 1,
  afterEnd: true,
  handler: async ({ openStates, lastSequence, say, services }) => {
    // Whoever gives a place back wakes this function again, so that a full house needs no look at the stream.
    if (freePlaces(await openStates(), services.config) <= 0) return []
    const last = await lastSequence('task.started.*')
    const starts = startable(await openStates(), services.config)
    return starts.map((task, index) =>
      say(
        'task.started',
        { stage: stageOf(task), ...(task.routed?.project ? { project: task.routed.project } : {}) },
        {
          id: task.id,
          guard: index === 0 ? { filter: 'task.started.*', sequence: last } : { filter: storyFilter(task.id), sequence: task.sequence },
        },
      ),
    )
  },
})
