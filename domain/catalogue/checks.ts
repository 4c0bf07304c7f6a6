import { z } from 'zod'
import { BlobRef } from '../../bus/blobs.ts'
import { defineEvent, type WordedEvent } from '../define-event.ts'
import type { CheckFailed, CheckPassed } from '../phases.ts'
import { count, first } from '../words/pieces.ts'
import { Attempt, FailureClass, Finding, Saw } from './shared.ts'

const CheckRun = z.object({
  command: z.string(),
  exitCode: z.int().nullable(),
  output: BlobRef,
  durationMs: z.int(),
})

/** The checks that reviewed work goes through: an entry for `passed` and `failed` of every check in the table of phases. */
export const checkEvents = {
  'scan.passed': defineEvent({
    summary: 'Semgrep found nothing that blocks, or was skipped for the reason given.',
    remembered: true,
    data: z.object({
      attempt: Attempt,
      saw: Saw.optional(),
      warnings: z.array(Finding),
      skipped: z.string().optional(),
      rulesVersion: z.string().optional(),
    }),
    words: ({ skipped, warnings }) =>
      skipped
        ? `skipped: ${skipped}`
        : `nothing that blocks${warnings.length > 0 ? `, ${count(warnings.length, 'warning')}${first(warnings)}` : ''}`,
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
    words: ({ reason, findings }) => `${reason}${first(findings)}`,
  }),
  'dod.passed': defineEvent({
    summary: 'Every check of the definition of done ended with 0.',
    remembered: true,
    data: z.object({ attempt: Attempt, saw: Saw.optional(), checks: z.array(CheckRun) }),
    words: ({ checks }) => `${count(checks.length, 'check')} passed: ${checks.map(({ command }) => command).join(', ')}`,
  }),
  'dod.failed': defineEvent({
    summary: 'A check failed, or the checks could not run.',
    remembered: true,
    data: z.object({ attempt: Attempt, class: FailureClass, checks: z.array(CheckRun), findings: z.array(Finding), reason: z.string() }),
    words: ({ reason }) => reason,
  }),
} satisfies Readonly<Record<CheckPassed | CheckFailed, WordedEvent>>
