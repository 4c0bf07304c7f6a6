import { z } from 'zod'
import { defineEvent } from '../define-event.ts'
import { because, count } from '../words/pieces.ts'

/** Who asked for it, and over which channel. */
const who = { by: z.string(), channel: z.string() }

export const functionEvents = {
  'function.failed': defineEvent({
    summary: 'A function gave up on a message; it is a dead letter now.',
    remembered: true,
    emitter: 'the runtime',
    data: z.object({
      function: z.string(),
      cause: z.string(),
      causeType: z.string(),
      reason: z.string(),
      attempts: z.int(),
      needsHuman: z.boolean(),
    }),
    words: ({ function: name, causeType, attempts, reason }) =>
      `${name} gave up on ${causeType || 'a message'} after ${count(attempts, 'try', 'tries')}: ${reason}`,
  }),
  'function.paused': defineEvent({
    summary: 'A person wants a function to take no more messages for a while; its subject is the name of the function.',
    audience: 'views',
    data: z.object({ ...who, reason: z.string(), until: z.iso.datetime() }),
    words: ({ by, until, reason }) => `paused by ${by} until ${until}${because(reason)}`,
  }),
  'function.resumed': defineEvent({
    summary: 'A function that was paused shall go on before its time.',
    audience: 'views',
    data: z.object({ ...who, reason: z.string() }),
    words: ({ by, reason }) => `goes on, says ${by}${because(reason)}`,
  }),
}
