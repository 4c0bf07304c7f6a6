import { z } from 'zod'
import { defineEvent } from '../../bus/define-event.ts'

/** Who asked for it, and over which channel. */
const who = { by: z.string(), channel: z.string() }

export const systemEvents = {
  'notification.sent': defineEvent({
    summary: 'A person was told.',
    audience: 'views',
    data: z.object({ about: z.string(), channels: z.array(z.string()), reason: z.string() }),
  }),
  'request.refused': defineEvent({
    summary: 'Something that came to the door was not accepted, and why.',
    audience: 'views and whoever asked',
    data: z.object({ subject: z.string(), sequence: z.int(), task: z.string().optional(), faults: z.array(z.string()) }),
  }),
  'request.repeated': defineEvent({
    summary: 'The same came to the door again: it is the same task or decision, and nothing happens.',
    audience: 'whoever asked',
    data: z.object({ subject: z.string(), sequence: z.int(), task: z.string() }),
  }),
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
  }),
  'function.paused': defineEvent({
    summary: 'A person wants a function to take no more messages for a while; its subject is the name of the function.',
    audience: 'views',
    data: z.object({ ...who, reason: z.string(), until: z.iso.datetime() }),
  }),
  'function.resumed': defineEvent({
    summary: 'A function that was paused shall go on before its time.',
    audience: 'views',
    data: z.object({ ...who, reason: z.string() }),
  }),
}
