import { z } from 'zod'
import { BlobRef } from '../../bus/blobs.ts'
import { defineEvent } from '../define-event.ts'
import { count, first } from '../words/pieces.ts'
import { Attempt, Finding, Saw } from './shared.ts'

export const reviewEvents = {
  'review.passed': defineEvent({
    summary: 'The reviewer approved the diff against the criteria.',
    remembered: true,
    data: z.object({
      attempt: Attempt,
      reviewer: z.string(),
      remarks: z.array(Finding),
      saw: Saw.optional(),
      /** The reviewer's answer, word for word. */
      verdict: BlobRef.optional(),
    }),
    words: ({ reviewer, remarks }) =>
      `${reviewer} approves${remarks.length > 0 ? ` with ${count(remarks.length, 'remark')}${first(remarks)}` : ''}`,
  }),
  'review.rejected': defineEvent({
    summary: 'The reviewer found faults; the agents swap.',
    remembered: true,
    data: z.object({ attempt: Attempt, reviewer: z.string(), findings: z.array(Finding) }),
    words: ({ reviewer, findings }) => `${reviewer} rejects with ${count(findings.length, 'finding')}${first(findings)}`,
  }),
  'review.unavailable': defineEvent({
    summary: 'There is no verdict we can read; that is never an approval.',
    remembered: true,
    data: z.object({ attempt: Attempt, reviewer: z.string(), reason: z.string() }),
    words: ({ reviewer, reason }) => `no verdict of ${reviewer}: ${reason}`,
  }),
}
