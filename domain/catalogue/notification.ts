import { z } from 'zod'
import { defineEvent } from '../define-event.ts'

export const notificationEvents = {
  'notification.sent': defineEvent({
    summary: 'A person was told.',
    audience: 'views',
    data: z.object({ about: z.string(), channels: z.array(z.string()), reason: z.string() }),
    words: ({ about, channels }) => `a person was told of ${about} by ${channels.join(', ')}`,
  }),
}
