import { z } from 'zod'
import { BlobRef } from '../../bus/blobs.ts'
import { defineEvent } from '../define-event.ts'
import { denied, masksIn, seconds, tokens } from '../words/pieces.ts'
import { Attempt, CommitSha, Drift, FailureClass, Finding, Usage, YardstickChange } from './shared.ts'

/** The agent's own last words, cut: nothing that anybody else has seen. */
const Report = z.string().optional()
/** The kinds of secrets that were masked in its prompt. */
const Masked = z.array(z.string()).optional()

export const codeEvents = {
  'code.started': defineEvent({
    summary: 'The agent runs.',
    remembered: true,
    audience: 'views',
    data: z.object({ attempt: Attempt, agent: z.string(), masked: Masked }),
    words: ({ agent, masked }) => `${agent} runs${masksIn(masked)}`,
  }),
  'code.written': defineEvent({
    summary: 'The agent changed something; the commit travels as a bundle.',
    remembered: true,
    data: z.object({
      attempt: Attempt,
      headSha: CommitSha,
      bundle: BlobRef,
      diff: BlobRef,
      files: z.array(z.string()),
      /** Absent where the change and its plan name the same files. */
      drift: Drift.optional(),
      /** What it touches of the tests and of what runs them; facts of older versions do not say it. */
      yardstick: z.array(YardstickChange).optional(),
      log: BlobRef,
      exitCode: z.int().nullable(),
      usage: Usage,
      agentVersion: z.string(),
      durationMs: z.int(),
      denials: z.array(z.string()).default([]),
      report: Report,
    }),
    words: ({ files, headSha, durationMs, usage, denials }) =>
      `${files.slice(0, 3).join(', ')}${files.length > 3 ? ` and ${files.length - 3} more` : ''} at ${headSha.slice(0, 8)} after ${seconds(durationMs)}${tokens(usage)}${denied(denials)}`,
  }),
  'code.failed': defineEvent({
    summary: 'The agent produced no change we can use.',
    remembered: true,
    data: z.object({
      attempt: Attempt,
      class: FailureClass,
      reason: z.string(),
      until: z.iso.datetime().optional().describe('not before this time, as far as the model says'),
      log: BlobRef.optional(),
      exitCode: z.int().nullable(),
      usage: Usage,
      agentVersion: z.string(),
      durationMs: z.int(),
      /** What of the change is not as it must be; without them the reason says it all. */
      findings: z.array(Finding).optional(),
      denials: z.array(z.string()).default([]),
      report: Report,
    }),
    words: ({ attempt, reason }) => `${attempt.implementer} changed nothing we can use: ${reason}`,
  }),
}
