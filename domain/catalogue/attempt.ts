import { z } from 'zod'
import { BlobRef } from '../../bus/blobs.ts'
import { defineEvent } from '../define-event.ts'
import { nameOfStep, steps } from '../phases.ts'
import { count, round } from '../words/pieces.ts'
import { Attempt, CommitSha, Finding } from './shared.ts'

export const attemptEvents = {
  'attempt.started': defineEvent({
    summary: 'A round of the loop begins: an agent shall write code, with the findings of the round before.',
    remembered: true,
    data: z.object({
      attempt: Attempt,
      /** The commit to go on from and how to get it; absent in the first round. */
      from: z.object({ sha: CommitSha, bundle: BlobRef }).optional(),
      feedback: z.array(Finding),
      /** The code stands: only this step and what follows it is done again, for it could not be carried out, or says not what it saw. */
      recheck: z.enum(steps).optional(),
      /** Why the code goes on without a review: a person looks at it in the end. */
      unreviewed: z.string().optional(),
    }),
    words: ({ attempt, feedback, recheck, unreviewed }) =>
      unreviewed
        ? `${round(attempt)}: ${unreviewed}; it is checked all the same, and then a person looks`
        : recheck
          ? `${round(attempt)}: the ${nameOfStep(recheck)} once more, on the same code`
          : `${round(attempt)}: ${attempt.implementer} writes, ${attempt.reviewer} reviews${feedback.length > 0 ? `, with ${count(feedback.length, 'finding')} to mend` : ''}`,
  }),
}
