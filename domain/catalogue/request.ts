import { z } from 'zod'
import { NotedSteps } from '../../bus/noted-steps.ts'
import { defineEvent } from '../define-event.ts'

export const requestEvents = {
  'request.refused': defineEvent({
    summary: 'Something that came to the door was not accepted, and why.',
    audience: 'views and whoever asked',
    data: z.object({
      subject: z.string(),
      sequence: z.int(),
      // Where this tells of many requests that one sender sent: how many, and the sequence of the last.
      over: z.object({ count: z.int(), through: z.int() }).optional(),
      task: z.string().optional(),
      faults: z.array(z.string()),
      nextSteps: NotedSteps.optional(),
    }),
    words: ({ subject, faults }) => `${subject} was refused: ${faults.join('; ')}`,
  }),
  'request.repeated': defineEvent({
    summary: 'The same came to the door again: it is the same task or decision, and nothing happens.',
    audience: 'whoever asked',
    data: z.object({ subject: z.string(), sequence: z.int(), task: z.string() }),
    words: ({ subject }) => `${subject} came again; nothing new`,
  }),
}
