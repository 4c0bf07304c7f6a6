import { z } from 'zod'
import { BlobRef } from '../../bus/blobs.ts'
import { defineEvent } from '../../bus/define-event.ts'
import { checks } from '../phases.ts'
import { Attempt, CommitSha, FailureClass, Finding, Usage } from './shared.ts'

const Check = z.object({
  command: z.string(),
  exitCode: z.int().nullable(),
  output: BlobRef,
  durationMs: z.int(),
})

export const loopEvents = {
  'attempt.started': defineEvent({
    summary: 'A round of the loop begins: an agent shall write code, with the findings of the round before.',
    remembered: true,
    data: z.object({
      attempt: Attempt,
      /** The commit to go on from and how to get it; absent in the first round. */
      from: z.object({ sha: CommitSha, bundle: BlobRef }).optional(),
      feedback: z.array(Finding),
      /** The code and its review stand: only this check, which could not be carried out, is done again. */
      recheck: z.enum(checks).optional(),
    }),
  }),
  'code.started': defineEvent({
    summary: 'The agent runs.',
    remembered: true,
    audience: 'views',
    data: z.object({ attempt: Attempt, agent: z.string() }),
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
  }),
  'review.passed': defineEvent({
    summary: 'The reviewer approved the diff against the criteria.',
    remembered: true,
    data: z.object({ attempt: Attempt, reviewer: z.string(), remarks: z.array(Finding) }),
  }),
  'review.rejected': defineEvent({
    summary: 'The reviewer found faults; the agents swap.',
    remembered: true,
    data: z.object({ attempt: Attempt, reviewer: z.string(), findings: z.array(Finding) }),
  }),
  'review.unavailable': defineEvent({
    summary: 'There is no verdict we can read; that is never an approval.',
    remembered: true,
    data: z.object({ attempt: Attempt, reviewer: z.string(), reason: z.string() }),
  }),
  'scan.passed': defineEvent({
    summary: 'Semgrep found nothing that blocks, or was skipped for the reason given.',
    remembered: true,
    data: z.object({ attempt: Attempt, warnings: z.array(Finding), skipped: z.string().optional(), rulesVersion: z.string().optional() }),
  }),
  'scan.failed': defineEvent({
    summary: 'Semgrep found what its rules forbid, or could not run.',
    remembered: true,
    data: z.object({
      attempt: Attempt,
      class: FailureClass,
      findings: z.array(Finding),
      reason: z.string(),
      rulesVersion: z.string().optional(),
    }),
  }),
  'dod.passed': defineEvent({
    summary: 'Every check of the definition of done ended with 0.',
    remembered: true,
    data: z.object({ attempt: Attempt, checks: z.array(Check) }),
  }),
  'dod.failed': defineEvent({
    summary: 'A check failed, or the checks could not run.',
    remembered: true,
    data: z.object({ attempt: Attempt, class: FailureClass, checks: z.array(Check), findings: z.array(Finding), reason: z.string() }),
  }),
  'finish.started': defineEvent({
    summary: 'From here the result is delivered to the repository; a cancellation comes too late.',
    remembered: true,
    audience: 'the fold',
    data: z.object({ branch: z.string(), sha: CommitSha }),
  }),
}
