import { z } from 'zod'
import { BlobRef } from '../../bus/blobs.ts'
import { defineEvent } from '../define-event.ts'
import { seconds, tokens } from '../words/pieces.ts'
import { Attempt, CommitSha, FailureClass, Usage } from './shared.ts'

export const codeEvents = {
  'code.started': defineEvent({
    summary: 'The agent runs.',
    remembered: true,
    audience: 'views',
    data: z.object({ attempt: Attempt, agent: z.string() }),
    words: ({ agent }) => `${agent} runs`,
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
      log: BlobRef,
      exitCode: z.int().nullable(),
      usage: Usage,
      agentVersion: z.string(),
      durationMs: z.int(),
      denials: z.array(z.string()).default([]),
    }),
    words: ({ files, headSha, durationMs, usage }) =>
      `${files.slice(0, 3).join(', ')}${files.length > 3 ? ` and ${files.length - 3} more` : ''} at ${headSha.slice(0, 8)} after ${seconds(durationMs)}${tokens(usage)}`,
  }),
  'code.failed': defineEvent({
    summary: 'The agent produced no change we can use.',
    remembered: true,
    data: z.object({
      attempt: Attempt,
      class: FailureClass,
      reason: z.string(),
      log: BlobRef.optional(),
      exitCode: z.int().nullable(),
      usage: Usage,
      agentVersion: z.string(),
      durationMs: z.int(),
    }),
    words: ({ attempt, reason }) => `${attempt.implementer} changed nothing we can use: ${reason}`,
  }),
}
