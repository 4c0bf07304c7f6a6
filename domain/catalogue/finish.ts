import { z } from 'zod'
import { defineEvent } from '../define-event.ts'
import { CommitSha } from './shared.ts'

export const finishEvents = {
  'finish.started': defineEvent({
    summary: 'From here the result is delivered to the repository; a cancellation comes too late.',
    remembered: true,
    audience: 'the fold',
    data: z.object({ branch: z.string(), sha: CommitSha }),
    words: ({ branch }) => `delivers branch ${branch}`,
  }),
}
