import { z } from 'zod'
import { defineEvent } from '../define-event.ts'
import { Id, Sha256 } from './shared.ts'

/** Where in a chat tasks are followed. The id of its facts is `thread-` and a hash of platform, thread and message. */
const place = {
  /** The name of a file in `infra/chat/platforms`. */
  platform: z.string(),
  /** The thread as the platform's adapter writes it. */
  thread: z.string(),
}

/** One message in a thread: the status of all tasks, a plan's card, a call for people. */
const slot = z.string().min(1).max(200)

export const threadEvents = {
  'thread.due': defineEvent({
    summary: 'Something changed for tasks that a chat thread follows; its messages are brought up to date (a timer).',
    data: z.object({ ...place, tasks: z.array(Id).min(1) }),
    words: ({ platform }) => `its thread on ${platform} is to be brought up to date`,
  }),
  'thread.posting': defineEvent({
    summary: 'A message is about to be posted in a chat thread; after a crash it is looked for there first.',
    audience: 'update-thread',
    data: z.object({ slot }),
    words: ({ slot }) => `message "${slot}" is about to be posted`,
  }),
  'thread.posted': defineEvent({
    summary: 'A message of ours in a chat thread says this now, whether it is new or edited.',
    audience: 'update-thread',
    data: z.object({
      slot,
      /** The platform's id of the message. */
      message: z.string(),
      /** Hash of what it shows. */
      shown: Sha256,
      /** The plan that its buttons decide on, for a card. */
      plan: z.object({ task: Id, planHash: Sha256 }).optional(),
    }),
    words: ({ slot, message }) => `message "${slot}" stands in the thread (${message})`,
  }),
}
