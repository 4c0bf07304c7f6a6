import { z } from 'zod'
import { defineEvent } from '../define-event.ts'
import { tried } from '../words/pieces.ts'

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

/** Who is told over a webhook. */
const receiverName = (receiver: string): string => (receiver === 'task:callback' ? "the task's callback URL" : `receiver ${receiver}`)

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
    words: ({ receiver, payload, putOff }) =>
      `${receiverName(receiver)} is to be told of ${payload.type}${putOff ? ', later, for too many wait for it' : ''}`,
  }),
  'callback.delivered': defineEvent({
    summary: 'The receiver took it.',
    audience: 'views and people',
    data: z.object({ ...about, status: z.int(), isSigned: z.boolean(), durationMs: z.int() }),
    words: ({ receiver, event, attempt }) => `${receiverName(receiver)} was told of ${event}${tried(attempt)}`,
  }),
  'callback.missed': defineEvent({
    summary: 'The receiver did not take it; it is tried again.',
    audience: 'views and people',
    data: z.object({ ...about, reason: z.string() }),
    words: ({ receiver, event, attempt, reason }) =>
      `${receiverName(receiver)} did not take ${event} at try ${attempt}, which is repeated: ${reason}`,
  }),
  'callback.failed': defineEvent({
    summary: 'The receiver is not told: it refused for good, may not be told, or took nothing at the last attempt.',
    audience: 'views and people',
    data: z.object({ ...about, class: z.enum(['gone', 'refused', 'exhausted']), reason: z.string() }),
    words: ({ receiver, event, attempt, reason }) => `${receiverName(receiver)} is not told of ${event}${tried(attempt)}: ${reason}`,
  }),
}
