import { z } from 'zod'
import { Usage } from '../domain/catalogue/shared.ts'
import { Statuses } from '../domain/phases.ts'

/** What the services answer, for those who ask. Unknown keys are tolerated on reading: a newer system may say more. */

/** A command's outcome: the type of the fact it led to, or `pending` while it is not decided yet (it is stored in any case). */
export const CommandAnswer = z.looseObject({ id: z.string(), outcome: z.string() })
export type CommandAnswer = z.infer<typeof CommandAnswer>

/** A function that is paused, until then (ISO 8601). */
export const PausedAnswer = CommandAnswer.extend({ paused_until: z.string() })

/** A task that is stored; what becomes of it shows in its status. */
export const SubmitAnswer = z.looseObject({
  id: z.string(),
  /** Its place at the door. */
  sequence: z.int(),
  created_at: z.string(),
  /** True when the same task was submitted before, by id or by key. */
  repeated: z.boolean(),
})
export type SubmitAnswer = z.infer<typeof SubmitAnswer>

export const StatusAnswer = z.looseObject({
  id: z.string(),
  title: z.string(),
  type: z.string().optional(),
  status: z.enum(Statuses),
  phase: z.string(),
  /** More about the state: the reason of an end, the plan that waits, what went wrong last. */
  detail: z.string(),
  /** In the phase `blocked` the ids of tasks, else `approval` or `place`; empty while something works. */
  waiting_for: z.array(z.string()),
  /** One sentence: why it is where it is. */
  why: z.string(),
  project: z.string().optional(),
  category: z.string(),
  priority: z.int(),
  workflow: z.string().optional(),
  created_at: z.string(),
  updated_at: z.string(),
  plan_hash: z.string().optional(),
  /** The change of its tests that a person must look at: by this hash it is approved. */
  yardstick: z.looseObject({ hash: z.string(), changes: z.array(z.string()) }).optional(),
  plan_revision: z.int(),
  attempt: z.looseObject({ n: z.int(), handoff: z.int() }).optional(),
  agents: z.looseObject({ planner: z.string(), implementer: z.string(), reviewer: z.string() }).optional(),
  files: z.array(z.string()),
  findings: z.array(z.looseObject({ from: z.string(), problem: z.string() })),
  /** What a person should know of the result beside whether it passed, a sentence each. */
  notes: z.array(z.string()).optional(),
  branch: z.string().optional(),
  sha: z.string().optional(),
  answer: z.string().optional(),
  usage: Usage,
  /** Milliseconds in each phase. */
  durations: z.record(z.string(), z.number()),
})
export type StatusAnswer = z.infer<typeof StatusAnswer>

/** Whether a person's word on the plan is what the task waits for: one that is blocked may wait for a task whose id is `approval`. */
export const awaitsApproval = ({ phase, waiting_for }: { readonly phase: string; readonly waiting_for: readonly string[] }): boolean =>
  phase === 'gate' && waiting_for.includes('approval')

export const StoryEvent = z.looseObject({
  id: z.string(),
  type: z.string(),
  subject: z.string(),
  source: z.string(),
  time: z.string(),
  sequence: z.int(),
  data: z.unknown(),
})
export const StoryAnswer = z.looseObject({
  events: z.array(StoryEvent),
  /** Ask with this `after` for what comes next. */
  after: z.int(),
  /** True when there is more now than fitted. */
  more: z.boolean(),
  /** The state after the last event there is. */
  status: StatusAnswer,
})
export type StoryAnswer = z.infer<typeof StoryAnswer>

const Piece = { text: z.string(), offset: z.int(), length: z.int(), next: z.int().optional() }
export const PlanAnswer = z.looseObject({
  id: z.string(),
  plan_hash: z.string(),
  revision: z.int(),
  /** Whether a person is asked to decide on it now. */
  waits: z.boolean(),
  /** What a person should know of the commit that it starts from before he decides: what fails there, with its last lines. */
  base: z.string().optional(),
  /** The plan's JSON as stored; its sha256 is the hash. */
  ...Piece,
})
export const DiffAnswer = z.looseObject({ id: z.string(), sha: z.string(), files: z.array(z.string()), ...Piece })
export const LogsAnswer = z.looseObject({
  id: z.string(),
  logs: z.array(z.looseObject({ number: z.int(), event: z.string(), about: z.string(), at: z.string(), bytes: z.int() })),
  /** Which one `text` is. */
  number: z.int(),
  ...Piece,
})
export type LogsAnswer = z.infer<typeof LogsAnswer>

export const ListAnswer = z.looseObject({
  tasks: z.array(
    z.looseObject({
      id: z.string(),
      title: z.string(),
      status: z.string(),
      phase: z.string(),
      project: z.string().nullish(),
      category: z.string().nullish(),
      priority: z.int(),
      createdAt: z.string(),
      updatedAt: z.string(),
      reason: z.string().nullish(),
      /** Of an open task, where reasons were asked for: as in its status. */
      why: z.string().optional(),
      waiting_for: z.array(z.string()).optional(),
    }),
  ),
})
export type ListAnswer = z.infer<typeof ListAnswer>

const Letter = {
  number: z.int(),
  function: z.string(),
  id: z.string(),
  subject: z.string(),
  at: z.string(),
  reason: z.string(),
  attempts: z.int(),
  needsHuman: z.boolean(),
  redrives: z.int(),
}
export const DeadListAnswer = z.looseObject({ letters: z.array(z.looseObject(Letter)), total: z.int() })
export const DeadShowAnswer = z.looseObject({ ...Letter, ...Piece })
export const RedriveAnswer = z.looseObject({ number: z.int(), function: z.string(), id: z.string(), outcome: z.string() })

const KnownLesson = {
  lesson: z.string(),
  project: z.string(),
  task: z.string().describe('that taught it'),
  category: z.string(),
  summary: z.string(),
  detail: z.string(),
  file_paths: z.array(z.string()),
  labels: z.array(z.string()),
  learned_at: z.string(),
  confirmed: z.int().describe('how often it was learned again'),
  applied: z.int().describe('in how many prompts it stood'),
  helped: z.int().describe('in how many tasks what it warns of was passed at the first attempt'),
  ignored: z.int(),
  contradicted: z.int(),
  state: z.string().describe('known, pinned, retired or forgotten: the last two stand in no prompt'),
}
export const LessonsAnswer = z.looseObject({ lessons: z.array(z.looseObject(KnownLesson)) })
export const LessonAnswer = z.looseObject({
  ...KnownLesson,
  evidence: z.array(z.looseObject({ fact: z.string(), kind: z.string(), quote: z.string() })),
  uses: z.array(z.looseObject({ task: z.string(), use: z.string(), at: z.string() })),
})

const ListedRule = {
  name: z.string().describe('what semgrep calls it'),
  rule: z.string().describe('the story in which it was made'),
  project: z.string(),
  state: z.string().describe('probation: it warns; enforced: it blocks; quarantined: it is not looked for'),
  before: z.string().optional().describe('what undo leads to; absent while there is nothing to take back'),
  reason: z.string().optional().describe('the last word about it'),
  by: z.string().optional().describe('whose word that was, where it was a person'),
  message: z.string(),
  language: z.string(),
  lesson: z.string(),
  task: z.string(),
  base_hits: z.int().describe("in how many places today's base had what it forbids when it was admitted"),
}
export const RulesAnswer = z.looseObject({ rules: z.array(z.looseObject(ListedRule)) })
export const WholeRuleAnswer = z.looseObject({
  ...ListedRule,
  yaml: z.string(),
  bad: z.string(),
  good: z.string(),
  proof: z.array(z.looseObject({ check: z.string(), passed: z.boolean(), evidence: z.string() })),
  trials: z.array(z.looseObject({ task: z.string(), trial: z.string(), at: z.string() })).describe('newest first, 200 at most'),
})

export const JobAnswer = z.looseObject({
  id: z.string(),
  state: z.string(),
  why: z.string(),
  queued_at: z.string(),
  sent_at: z.string().optional(),
  completed_at: z.string().optional(),
})
export type JobAnswer = z.infer<typeof JobAnswer>

export const SystemAnswer = z.looseObject({
  process: z.int(),
  node: z.string(),
  server: z.string(),
  position: z.int(),
  foreign: z.int(),
  open: z.record(z.string(), z.int()),
  running: z.array(z.looseObject({ fn: z.string(), task: z.string(), since: z.string(), attempt: z.int() })),
  agents: z.array(z.looseObject({ name: z.string(), roles: z.array(z.string()) })).optional(),
  masters: z.array(z.looseObject({ name: z.string(), category: z.string() })).optional(),
  lane: z
    .looseObject({
      state: z.enum(['ready', 'auth_required', 'challenge', 'rate_limited', 'degraded', 'unknown']),
      reason: z.string(),
      since: z.string().optional(),
      until: z.string().optional(),
      site: z.string().optional(),
      waiting: z.int(),
    })
    .optional(),
  /** Why the process that answers takes no messages: another version is at work. */
  standby: z.string().optional(),
  /** Why no new work is taken: the disk has no room for it. */
  disk: z.string().optional(),
  /** How far the lists are while they are made; with `older`, those of an older version answer meanwhile. */
  views: z.looseObject({ percent: z.int(), older: z.boolean() }).optional(),
  /** What of the bus's streams somebody set by hand, or cortex.toml wants otherwise, in words. */
  streams: z.array(z.looseObject({ stream: z.string(), words: z.string() })).optional(),
  /** The chat platforms that the answering process listens to. */
  chat: z
    .array(z.looseObject({ platform: z.string(), state: z.enum(['listening', 'standby', 'away']), reason: z.string(), since: z.string() }))
    .optional(),
})
export type SystemAnswer = z.infer<typeof SystemAnswer>

export const FunctionsAnswer = z.looseObject({
  functions: z.array(
    z.looseObject({
      name: z.string(),
      /** Messages that wait for their first delivery. */
      pending: z.int(),
      /** Delivered and not answered yet. */
      in_flight: z.int(),
      /** Of those in flight, delivered more than once. */
      redelivered: z.int(),
      /** Since when the oldest message that is not answered waits, ISO 8601. */
      oldest_at: z.string().optional(),
      /** ISO 8601, when it goes on by itself; absent while it is not paused. */
      paused_until: z.string().optional(),
      /** Who paused it, as far as that is known. */
      paused: z.looseObject({ by: z.string(), channel: z.string(), since: z.string(), reason: z.string() }).optional(),
      /** Nobody takes its messages: the process it belongs to does not run. */
      unserved: z.literal(true).optional(),
      /** One sentence: why it does what it does. */
      why: z.string(),
      concurrency: z.int(),
      /** What it works on in the process that answers. */
      running: z.array(z.looseObject({ task: z.string(), since: z.string(), attempt: z.int(), held: z.string().optional() })),
    }),
  ),
})
export type FunctionsAnswer = z.infer<typeof FunctionsAnswer>
