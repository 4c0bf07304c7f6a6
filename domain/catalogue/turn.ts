import { z } from 'zod'
import { defineEvent } from '../define-event.ts'
import { ConversationWish } from './reasoning.ts'
import { Sha256, TurnCode } from './shared.ts'

/** The conversation a turn is in, as far as it is known. */
const place = (url: string | undefined): string => (url ? ` in ${url}` : '')

/** A prompt goes into a chat once. `turn.*` has the job as its id, so that a guard over it covers one job. */
export const turnEvents = {
  'turn.sending': defineEvent({
    summary: 'The prompt is about to be sent; whoever finds this without an end must not send it again.',
    audience: 'ask-browser itself, after a crash',
    data: z.object({
      promptHash: Sha256,
      conversation: ConversationWish,
      sentAt: z.iso.datetime(),
      /** Conversations and turns that were there before: the lost turn is none of them. */
      older: z.array(z.string()).default([]),
      baseline: z.int().default(0),
      /** Whether any conversation was listed: an empty list may be one that was not drawn yet. */
      listSeen: z.boolean().default(false),
      /** The page's own ids of those turns. */
      turnIds: z.array(z.string()).default([]),
      /** The model that was chosen: as it was asked for, and its entry in the page's menu. */
      chosen: z.object({ wanted: z.string(), name: z.string(), id: z.string() }).optional(),
    }),
    words: ({ conversation }) =>
      `the prompt is sent (${conversation.kind === 'resume' ? conversation.url : `a ${conversation.kind} conversation`})`,
  }),
  'turn.refused': defineEvent({
    summary: 'The page clearly did not take the prompt: it may be sent again.',
    audience: 'ask-browser itself',
    data: z.object({ code: TurnCode, reason: z.string(), sentAt: z.iso.datetime() }),
    words: ({ reason }) => `the page did not take it: ${reason}`,
  }),
  'turn.sent': defineEvent({
    summary: 'The prompt is in the conversation. Comes again when the address of the conversation becomes known.',
    audience: 'ask-browser itself, after a crash',
    data: z.object({ url: z.string().optional(), turnId: z.string().optional(), baseline: z.int() }),
    words: ({ url }) => `the prompt is${place(url) || ' in the conversation'}`,
  }),
}
