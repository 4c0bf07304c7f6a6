import { z } from 'zod'
import { BlobRef } from '../../bus/blobs.ts'
import { defineEvent, type WordedEvent } from '../define-event.ts'
import type { CheckFailed, CheckPassed } from '../phases.ts'
import { count, first } from '../words/pieces.ts'
import { Attempt, changesInWords, FailureClass, Finding, isTouched, Saw, TestCounts, YardstickChange } from './shared.ts'

const CheckRun = z.object({
  command: z.string(),
  /** Where it is not the first run on the head: with the tests of the base over it, or once more. */
  run: z.enum(['base tests', 'repeat']).optional(),
  tests: TestCounts.optional(),
  exitCode: z.int().nullable(),
  output: BlobRef,
  durationMs: z.int(),
})

/** What a run is called for people, as one of several of its command. */
export const nameOfRun = ({ command, run }: Pick<z.infer<typeof CheckRun>, 'command' | 'run'>): string =>
  run ? `${command} (${run})` : command

/** By whose tests a change was judged, and what of them it touched. */
const Judged = z.object({
  tests: z.enum(['base', 'approve', 'head']),
  changes: z.array(YardstickChange),
  /** What could not be compared, and why. */
  notes: z.array(z.string()).default([]),
  /** Files in which a test that must fail was added and failed, so that their check can fail; and those of which none was heard. */
  canary: z.object({ heard: z.array(z.string()), unheard: z.array(z.string()) }).optional(),
  approvedBy: z.string().optional(),
})
export type Judged = z.infer<typeof Judged>

/** Percent of lines, by the report that the checks wrote. */
const Coverage = z.number().optional()

const commandsOf = (checks: readonly z.infer<typeof CheckRun>[]): string =>
  checks
    .filter(({ run }) => run === undefined)
    .map(({ command, tests }) => `${command}${tests ? ` (${count(tests.passed, 'test')})` : ''}`)
    .join(', ')

const canaryInWords = (canary: Judged['canary']): string[] => {
  const { heard = [], unheard = [] } = canary ?? {}
  const some = (files: readonly string[]): string => `${files[0]}${files.length > 1 ? ` and ${files.length - 1} more` : ''}`
  if (heard.length > 0) return [`with a test that must fail in ${some(heard)} it failed`]
  return unheard.length > 0 ? [`no check was seen to run a test that must fail, in ${some(unheard)}`] : []
}

const judgedInWords = (judged: Judged | undefined): string => {
  if (!judged) return ''
  const touched = judged.changes.filter(isTouched)
  const by = judged.approvedBy
    ? `as ${judged.approvedBy} approved`
    : judged.tests === 'base'
      ? 'by the tests of the base'
      : 'by its own tests'
  const touching = touched.length > 0 ? [`judged ${by}, for it has ${changesInWords(touched)}`] : []
  const words = [...touching, ...judged.notes, ...canaryInWords(judged.canary)]
  return words.map((word) => `; ${word}`).join('')
}

/** A rule that cannot be read, and why. */
export const LeftOutRule = z.object({ rule: z.string(), reason: z.string() })

export const scanEvents = {
  'scan.impaired': defineEvent({
    summary: 'Rules of the base cannot be read: the scan goes on without them, and a person is told.',
    remembered: true,
    audience: 'the fold',
    data: z.object({ attempt: Attempt, leftOut: z.array(LeftOutRule) }),
    words: ({ leftOut }) => `without ${leftOut.map(({ rule, reason }) => `${rule} (${reason})`).join(', ')}`,
  }),
}

/** A learned rule that the change was held against, how often it found something in lines that the change adds, and whether semgrep could read it. */
const LearnedRule = z.object({ rule: z.string(), found: z.int(), broken: z.literal(true).optional() })

/** What somebody still has to add, taken for one of its kind that is there. */
type Missing<Events> = {
  readonly [T in Exclude<CheckPassed | CheckFailed, keyof Events>]: Events[Extract<
    keyof Events,
    T extends CheckPassed ? CheckPassed : CheckFailed
  >]
}

/** The same entries. One that is missing is a fault here and nowhere else: whoever reads checks' facts has nothing to do for it. */
const everyCheck = <Events>(events: Events & Readonly<Record<CheckPassed | CheckFailed, WordedEvent>>) =>
  // Of entries that are all there nothing is missing.
  events as Events & Missing<Events>

/** The checks that reviewed work goes through: an entry for `passed` and `failed` of every check in the table of phases. */
export const checkEvents = everyCheck({
  'scan.passed': defineEvent({
    summary: 'Semgrep found nothing that blocks, or was skipped for the reason given.',
    remembered: true,
    data: z.object({
      attempt: Attempt,
      saw: Saw.optional(),
      warnings: z.array(Finding),
      skipped: z.string().optional(),
      rulesVersion: z.string().optional(),
      learned: z.array(LearnedRule).optional(),
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
      learned: z.array(LearnedRule).optional(),
    }),
    words: ({ reason, findings }) => `${reason}${first(findings)}`,
  }),
  'dod.passed': defineEvent({
    summary: 'Every check of the definition of done ended with 0.',
    remembered: true,
    data: z.object({
      attempt: Attempt,
      saw: Saw.optional(),
      checks: z.array(CheckRun),
      judged: Judged.optional(),
      coverage: Coverage,
    }),
    words: ({ checks, judged }) =>
      `${count(checks.filter(({ run }) => run === undefined).length, 'check')} passed: ${commandsOf(checks)}${judgedInWords(judged)}`,
  }),
  'dod.failed': defineEvent({
    summary: 'A check failed, or the checks could not run.',
    remembered: true,
    data: z.object({
      attempt: Attempt,
      class: FailureClass,
      checks: z.array(CheckRun),
      findings: z.array(Finding),
      reason: z.string(),
      coverage: Coverage,
    }),
    words: ({ reason }) => reason,
  }),
})
