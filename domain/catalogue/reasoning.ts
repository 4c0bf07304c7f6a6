import { z } from 'zod'
import { BlobRef } from '../../bus/blobs.ts'
import { NotedSteps } from '../../bus/noted-steps.ts'
import { defineEvent } from '../define-event.ts'
import { because, masksIn, seconds, tokens } from '../words/pieces.ts'
import { CommitSha, FailureClass, Lane, LaneState, Purpose, TurnCode, Usage } from './shared.ts'

/** Where in a chat a question is to be put: a new conversation, one that leaves no trace, or one that goes on. */
export const ConversationWish = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('new') }),
  z.object({ kind: z.literal('temporary') }),
  z.object({ kind: z.literal('resume'), url: z.url() }),
])
export type ConversationWish = z.infer<typeof ConversationWish>

const request = {
  purpose: Purpose,
  agent: z.string(),
  prompt: BlobRef,
  images: z.array(BlobRef).default([]),
  workspace: z.object({ project: z.string(), sha: CommitSha, bundle: BlobRef.optional() }).optional(),
  schema: z.enum(['plan', 'verdict', 'lessons', 'same', 'rule']).optional(),
  timeoutMs: z.int(),
  /** What the lane's own choice is overruled by; lanes that cannot choose ignore them. */
  model: z.string().optional(),
  effort: z.string().optional(),
  conversation: ConversationWish.optional(),
  /** A page to be looked at: its DOM goes along reduced, its screenshot in three slices. */
  page: z
    .object({
      dom: BlobRef.optional(),
      screenshot: BlobRef.optional(),
      confidenceBefore: z.number().optional(),
      fallbackReason: z.string().max(500).optional(),
    })
    .optional(),
  /** Accepted and recorded; the order stays first in, first out. */
  importance: z.enum(['interactive', 'retry', 'batch']).optional(),
  /** Asked on an open line: not sent when its client is gone before. */
  attended: z.boolean().optional(),
  /** Where a chat's answer ends before its own end: before the first of these texts, or after so many tokens. */
  limits: z.object({ stop: z.array(z.string()), maxTokens: z.int().optional() }).optional(),
  /** The same key again soon is the same job. */
  joinKey: z.string().max(200).optional(),
  /** What a person should know about the ground it stands on, e.g. uncommitted changes that are left out. */
  warnings: z.array(z.string()).default([]),
  /** How often this was asked before. */
  retries: z.int().default(0),
  /** A lane that just failed and is left out. */
  avoid: z.array(Lane).default([]),
  /** Agents that were asked the same before, since the last pause. */
  asked: z.array(z.string()).default([]),
  /** How often nobody's model took it, and since when (ISO 8601) it waits for one. */
  pauses: z.int().default(0),
  waitsSince: z.iso.datetime().optional(),
}
/** `job` is `job-<ce-id of reasoning.requested>`. */
const asked = z.object({ ...request, job: z.string(), lane: Lane })
export const ReasoningRequest = z.object(request)

/** What a chat page showed, kept for people. */
export const Evidence = z.object({
  screenshot: BlobRef.optional(),
  html: BlobRef.optional(),
  dom: BlobRef.optional(),
  diagnosis: BlobRef.optional(),
  /** What its HTML says as Markdown, where the answer is its copy and written otherwise. */
  rendered: BlobRef.optional(),
})

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
  /** Of a chat: where it stands, what the page showed, and what was odd about it. */
  conversation: z.string().optional(),
  evidence: Evidence.optional(),
  /** The page did not say that the answer is whole. */
  mayBeCut: z.boolean().optional(),
  notes: z.array(z.string()).default([]),
  timings: z.record(z.string(), z.int()).optional(),
})
const unanswered = z.object({
  job: z.string(),
  purpose: Purpose,
  lane: Lane,
  agent: z.string(),
  code: z.union([FailureClass, TurnCode]),
  reason: z.string(),
  retryable: z.boolean(),
  /** Not before this time (ISO 8601), as far as the lane knows. */
  until: z.iso.datetime().optional(),
  laneState: LaneState.optional(),
  log: BlobRef.optional(),
  evidence: Evidence.optional(),
  usage: Usage,
  request: ReasoningRequest,
  nextSteps: NotedSteps.optional(),
})

/** What each purpose asks for. */
const WANTED: Readonly<Record<Purpose, string>> = {
  plan: 'a plan',
  review: 'a review',
  answer: 'an answer',
  chat: 'an answer',
  learn: 'lessons',
  forge: 'a rule',
}

const answeredWords = (data: {
  agent: string
  lane: string
  durationMs: number
  usage: { inputTokens: number; outputTokens: number }
}): string => `${data.agent} answered after ${seconds(data.durationMs)}${tokens(data.usage)}`
const unansweredWords = (data: { agent: string; reason: string }): string => `${data.agent} did not answer: ${data.reason}`

export const reasoningEvents = {
  'reasoning.requested': defineEvent({
    summary: 'Something must be thought about; the lane is not chosen yet.',
    remembered: true,
    data: ReasoningRequest,
    words: ({ purpose, agent, prompt }) => `${agent} is asked for ${WANTED[purpose]}${masksIn(prompt.masked)}`,
  }),
  'reasoning.routed': defineEvent({
    summary: 'A lane that sees no repository shall answer; the files that matter are added to the question first.',
    data: asked,
    words: ({ lane }) => `the files that matter are gathered for the ${lane} lane`,
  }),
  'reasoning.cancelled': defineEvent({
    summary: 'Who asked does not want the answer any more. A question that was sent already is answered all the same.',
    audience: 'the lane, before it sends',
    data: z.object({ by: z.string(), channel: z.string(), reason: z.string() }),
    words: ({ by, reason }) => `cancelled by ${by}${because(reason)}`,
  }),
  'reasoning.kept': defineEvent({
    summary: 'Somebody wants the answer whose line is none of those that wait for it: it is sent, whoever leaves.',
    audience: 'the gateway, before it cancels what nobody waits for',
    data: z.object({ by: z.string(), channel: z.string() }),
    words: ({ by }) => `kept for who asks ${by} for it by its id`,
  }),
  'browser.asked': defineEvent({
    summary: 'The browser lane shall answer.',
    remembered: true,
    data: asked,
    words: ({ agent, prompt }) => `${agent} is asked in the browser${masksIn(prompt.masked)}`,
  }),
  'cli.asked': defineEvent({
    summary: "An agent's command line shall answer, in a worktree it only reads.",
    remembered: true,
    data: asked,
    words: ({ agent, prompt }) => `${agent} is asked on its command line${masksIn(prompt.masked)}`,
  }),
  'api.asked': defineEvent({
    summary: 'The OpenAI-compatible endpoint shall answer.',
    remembered: true,
    data: asked,
    words: ({ agent, prompt }) => `${agent} is asked over the API${masksIn(prompt.masked)}`,
  }),
  'plan.answered': defineEvent({ summary: 'The planner answered.', remembered: true, data: answered, words: answeredWords }),
  'plan.unanswered': defineEvent({ summary: 'The planner did not answer.', remembered: true, data: unanswered, words: unansweredWords }),
  'review.answered': defineEvent({ summary: 'The reviewer answered.', remembered: true, data: answered, words: answeredWords }),
  'review.unanswered': defineEvent({ summary: 'The reviewer did not answer.', remembered: true, data: unanswered, words: unansweredWords }),
  'answer.answered': defineEvent({ summary: 'The question was answered.', remembered: true, data: answered, words: answeredWords }),
  'answer.unanswered': defineEvent({
    summary: 'The question was not answered.',
    remembered: true,
    data: unanswered,
    words: unansweredWords,
  }),
  'learn.answered': defineEvent({ summary: 'The learner answered.', remembered: true, data: answered, words: answeredWords }),
  'learn.unanswered': defineEvent({ summary: 'The learner did not answer.', remembered: true, data: unanswered, words: unansweredWords }),
  'forge.answered': defineEvent({ summary: 'A rule was proposed.', remembered: true, data: answered, words: answeredWords }),
  'forge.unanswered': defineEvent({ summary: 'No rule was proposed.', remembered: true, data: unanswered, words: unansweredWords }),
  'chat.answered': defineEvent({
    summary: 'A job of the model proxy was answered.',
    audience: 'whoever asked',
    data: answered,
    words: answeredWords,
  }),
  'chat.unanswered': defineEvent({
    summary: 'A job of the model proxy was not answered.',
    audience: 'whoever asked',
    data: unanswered,
    words: unansweredWords,
  }),
}

/** What a lane may say in the end about a task's question. */
export const taskOutcomes = [
  'plan.answered',
  'plan.unanswered',
  'review.answered',
  'review.unanswered',
  'answer.answered',
  'answer.unanswered',
] as const

/** What it may say about what learning asks. */
export const learnOutcomes = ['learn.answered', 'learn.unanswered', 'forge.answered', 'forge.unanswered'] as const

/** What it may say for every purpose. */
export const laneOutcomes = [...taskOutcomes, ...learnOutcomes, 'chat.answered', 'chat.unanswered'] as const
