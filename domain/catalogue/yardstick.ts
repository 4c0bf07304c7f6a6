import { z } from 'zod'
import { defineEvent } from '../define-event.ts'
import { because } from '../words/pieces.ts'
import { Sha256 } from './shared.ts'

export const yardstickEvents = {
  'yardstick.approved': defineEvent({
    summary: 'A person has seen how a change touches the tests and what runs them, and lets it be judged by its own: it is verified again.',
    remembered: true,
    data: z.object({ hash: Sha256, by: z.string().min(1).max(200), channel: z.string(), reason: z.string().max(20_000).default('') }),
    words: ({ hash, by, channel, reason }) => `change of the tests ${hash.slice(0, 8)} approved by ${by} over ${channel}${because(reason)}`,
  }),
}
