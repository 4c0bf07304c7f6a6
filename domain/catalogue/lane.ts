import { z } from 'zod'
import { defineEvent } from '../define-event.ts'
import { because } from '../words/pieces.ts'
import { Lane, LaneState } from './shared.ts'

export const laneEvents = {
  'lane.changed': defineEvent({
    summary: 'A lane that drives a page can work, or cannot and why.',
    data: z.object({
      lane: Lane,
      state: LaneState,
      reason: z.string(),
      until: z.iso.datetime().optional(),
      site: z.string(),
    }),
    words: ({ lane, state, reason, until }) =>
      `the ${lane} lane is ${state.replace('_', ' ')}${because(reason)}${until ? `, until ${until}` : ''}`,
  }),
}
