import { z } from 'zod'
import { defineEvent } from '../define-event.ts'
import { BlobRef, CommitSha, FailureClass, Lane, Purpose, Usage } from './shared.ts'

const request = {
  purpose: Purpose,
  agent: z.string(),
  prompt: BlobRef,
  images: z.array(BlobRef).default([]),
  workspace: z.object({ project: z.string(), sha: CommitSha, bundle: BlobRef.optional() }).optional(),
  schema: z.enum(['plan', 'verdict']).optional(),
  timeoutMs: z.int(),
  /** What a person should know about the ground it stands on, e.g. uncommitted changes that are left out. */
  warnings: z.array(z.string()).default([]),
  /** How often this was asked before. */
  retries: z.int().default(0),
  /** A lane that just failed and is left out. */
  avoid: z.array(Lane).default([]),
}
/** `job` is `job-<ce-id of reasoning.requested>`. */
const asked = z.object({ ...request, job: z.string(), lane: Lane })

const answered = z.object({
  job: z.string(),
  purpose: Purpose,
  lane: Lane,
  agent: z.string(),
  model: z.string().optional(),
  answer: BlobRef,
  log: BlobRef.optional(),
  usage: Usage,
  durationMs: z.int(),
})
const unanswered = z.object({
  job: z.string(),
  purpose: Purpose,
  lane: Lane,
  agent: z.string(),
  code: FailureClass,
  reason: z.string(),
  retryable: z.boolean(),
  log: BlobRef.optional(),
  usage: Usage,
  request: z.object(request),
})

export const reasoningEvents = {
  'reasoning.requested': defineEvent({ summary: 'Something must be thought about; the lane is not chosen yet.', data: z.object(request) }),
  'browser.asked': defineEvent({ summary: 'The browser lane shall answer.', audience: 'the browser worker', data: asked }),
  'cli.asked': defineEvent({ summary: "An agent's command line shall answer, in a worktree it only reads.", data: asked }),
  'api.asked': defineEvent({ summary: 'The OpenAI-compatible endpoint shall answer.', data: asked }),
  'plan.answered': defineEvent({ summary: 'The planner answered.', data: answered }),
  'plan.unanswered': defineEvent({ summary: 'The planner did not answer.', data: unanswered }),
  'review.answered': defineEvent({ summary: 'The reviewer answered.', data: answered }),
  'review.unanswered': defineEvent({ summary: 'The reviewer did not answer.', data: unanswered }),
  'answer.answered': defineEvent({ summary: 'The question was answered.', data: answered }),
  'answer.unanswered': defineEvent({ summary: 'The question was not answered.', data: unanswered }),
}
