import { z } from 'zod'
import { defineEvent } from '../../bus/define-event.ts'

/** What others are told of a task over webhooks. `receiver` is a name of the configuration, or `task:callback` for the task's own callback URL. */
const about = {
  receiver: z.string(),
  /** The id that the receiver sees, the same for every attempt. */
  delivery: z.string(),
  /** What it is told of. */
  event: z.string(),
  /** 1 for the first try. */
  attempt: z.int(),
}

export const callbackEvents = {
  'callback.due': defineEvent({
    summary: 'A receiver is to be told of something.',
    data: z.object({
      receiver: z.string(),
      /** Posted as it stands, at every attempt. */
      payload: z.object({ type: z.string(), timestamp: z.string(), data: z.record(z.string(), z.unknown()) }),
      /** Set when it was put off because too many waited for the same receiver: the first one's id, and the attempts made. */
      putOff: z.object({ delivery: z.string(), attempts: z.int() }).optional(),
    }),
  }),
  'callback.delivered': defineEvent({
    summary: 'The receiver took it.',
    audience: 'views and people',
    data: z.object({ ...about, status: z.int(), isSigned: z.boolean(), durationMs: z.int() }),
  }),
  'callback.missed': defineEvent({
    summary: 'The receiver did not take it; it is tried again.',
    audience: 'views and people',
    data: z.object({ ...about, reason: z.string() }),
  }),
  'callback.failed': defineEvent({
    summary: 'The receiver is not told: it refused for good, may not be told, or took nothing at the last attempt.',
    audience: 'views and people',
    data: z.object({ ...about, class: z.enum(['gone', 'refused', 'exhausted']), reason: z.string() }),
  }),
}
