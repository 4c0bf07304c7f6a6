import { z } from 'zod'
import { checks } from '../phases.ts'

/** Pieces that several events share. Schemas are transform-free: what is written is what is read. */

export const Id = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/, 'an id has letters, digits, "_" and "-", starts with a letter or digit, 128 at most')
export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'a sha256 has 64 hexadecimal digits')
export const CommitSha = z.string().regex(/^[0-9a-f]{40,64}$/)

/** Tokens and money of one call; cost is absent where the agent reports none and no price is configured. */
export const Usage = z.object({
  inputTokens: z.int(),
  outputTokens: z.int(),
  cacheReadTokens: z.int(),
  cacheWriteTokens: z.int(),
  costUsd: z.number().optional(),
})
export type Usage = z.infer<typeof Usage>

/**
 * Who must act when something failed:
 * - `retryable`: the model's server is overloaded, over a limit or away: it is waited for, and another agent may take over.
 * - `permanent`: bad key, unknown model, refused request: no retry helps.
 * - `limit`: turns or budget of the agent spent.
 * - `timeout`: our wall clock ended it.
 * - `missing`: the program is not installed.
 * - `sandbox_broken`: the agent could not run commands here (bubblewrap and the like); older facts say `sandbox`.
 * - `infrastructure`: disk, git, permissions: not the agent's fault.
 * - `no_change`: the agent ended well and changed nothing.
 * - `denied`: it changed nothing, and tools that it wanted were denied.
 * - `stuck`: it did the same again and again, or nothing that could be seen.
 * - `bad_output`: it ended without a result we can read.
 * - `test_failure`: a check ran and did not pass.
 * - `secret`: the change brings a key, a token or a password.
 * - `flaky`: the same checks on the same code came to another end.
 */
export const FailureClass = z.enum([
  'retryable',
  'permanent',
  'limit',
  'timeout',
  'missing',
  'sandbox_broken',
  'sandbox',
  'infrastructure',
  'no_change',
  'denied',
  'stuck',
  'bad_output',
  'test_failure',
  'secret',
  'flaky',
])
export type FailureClass = z.infer<typeof FailureClass>

/** Why agents, setup and checks run without a sandbox; absent where they run in one. */
export const Unconfined = z.string()

/** One round of the loop: the n-th attempt, its handoff, who writes and who reviews, and the commit it all started from. */
export const Attempt = z.object({
  n: z.int(),
  handoff: z.int(),
  implementer: z.string(),
  reviewer: z.string(),
  baseSha: z.string(),
})
export type Attempt = z.infer<typeof Attempt>

/** What a step of the checking looked at: the commit, and the hash of all it holds. Facts of older versions do not say it. */
export const Saw = z.object({ sha: CommitSha, tree: CommitSha })
export type Saw = z.infer<typeof Saw>

/** Where a change and its approved plan differ: files it touches that the plan does not name, and those named that it leaves alone. */
export const Drift = z.object({ beside: z.array(z.string()), untouched: z.array(z.string()) })
export type Drift = z.infer<typeof Drift>

/** What somebody or some tool found wrong, and what would mend it. */
export const Finding = z.object({
  from: z.enum(['review', 'code', 'person', ...checks]),
  criterion: z.string().optional(),
  file: z.string().optional(),
  line: z.int().optional(),
  problem: z.string(),
  suggestion: z.string().optional(),
})
export type Finding = z.infer<typeof Finding>

/** A file of what judges a change, which the change touched: a test, or what says how tests are run. Lines are counted by git. */
export const YardstickChange = z.object({
  file: z.string(),
  kind: z.enum(['test', 'runner']),
  change: z.enum(['added', 'changed', 'renamed', 'deleted', 'emptied', 'replaced by a link']),
  added: z.int(),
  removed: z.int(),
  /** A command itself starts it: a script that runs the tests, or the product. */
  started: z.literal(true).optional(),
})
export type YardstickChange = z.infer<typeof YardstickChange>

/** What was there before, or says how tests are run: a new test alone needs no word. */
export const isTouched = ({ kind, change }: YardstickChange): boolean => kind === 'runner' || change !== 'added'

/** For people: the first of them with their lines. */
export const changesInWords = (changes: readonly YardstickChange[]): string =>
  `${changes
    .slice(0, 5)
    .map(({ file, change, added, removed }) => `${file} ${change} (+${added} -${removed})`)
    .join(', ')}${changes.length > 5 ? ` and ${changes.length - 5} more` : ''}`

/** Tests that a command told of. */
export const TestCounts = z.object({ passed: z.int(), failed: z.int(), skipped: z.int() })
export type TestCounts = z.infer<typeof TestCounts>

export const Priority = z.union([z.literal(1), z.literal(3), z.literal(5), z.literal(7)], {
  error: 'priority is 1 (critical), 3 (high), 5 (medium) or 7 (low)',
})
export type Priority = z.infer<typeof Priority>

export const Purpose = z.enum(['plan', 'review', 'answer', 'chat', 'learn', 'forge'])
export type Purpose = z.infer<typeof Purpose>
export const Lane = z.enum(['browser', 'cli', 'api'])
export type Lane = z.infer<typeof Lane>

/** What a lane that drives a page can be in; all but `ready` hold its jobs back. */
export const LaneState = z.enum(['ready', 'auth_required', 'challenge', 'rate_limited', 'degraded'])
export type LaneState = z.infer<typeof LaneState>

/** Why a turn in a chat brought no answer. */
export const TurnCode = z.enum([
  'LANE_UNAVAILABLE',
  'OUTCOME_UNKNOWN',
  'MODEL_UNAVAILABLE',
  'MESSAGE_TOO_LONG',
  'ATTACHMENT_REFUSED',
  'ANSWER_FAILED',
  'ANSWER_EMPTY',
  'TURN_TIMEOUT',
  'CANCELLED',
  'PAGE_UNKNOWN',
])
export type TurnCode = z.infer<typeof TurnCode>
