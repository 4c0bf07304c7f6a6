import { z } from 'zod'
import { NotedSteps } from '../../bus/noted-steps.ts'
import { Categories, Workflows } from '../choices.ts'
import { defineEvent } from '../define-event.ts'
import { because, denied } from '../words/pieces.ts'
import { CommitSha, changesInWords, Drift, Finding, Id, Priority, Sha256, Unconfined, Usage, YardstickChange } from './shared.ts'

/** Of a task that shall make the definition of done pass where it fails already: nobody is asked whether it may start so. */
const MendBase = z.boolean().describe('its purpose is to make the base green: it starts though the definition of done fails there')

/** What a task is made of; the door takes the same with an optional `id`. */
export const TaskCreated = z.object({
  title: z.string().trim().min(1, 'a title is needed').max(500),
  description: z.string().max(50_000).default(''),
  category: z.enum(Categories).default('general'),
  priority: Priority.default(5),
  project: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/, 'a project is named as in cortex.toml')
    .optional(),
  workflow: z.enum(Workflows).optional(),
  dependsOn: z.array(Id).max(100).default([]),
  mendBase: MendBase.optional(),
  metadata: z.record(z.string(), z.unknown()).default({}),
  source: z.string().max(100).default('nats'),
  callbackUrl: z.url().optional(),
  type: z.string().max(100).default('user_query'),
})

/** What it took: for the outcome record and the last line a person reads. */
export const Outcome = z.object({
  branch: z.string().optional(),
  sha: CommitSha.optional(),
  merged: z.boolean().optional(),
  remark: z.string().optional().describe('why the base was not moved, and what to type'),
  answer: z.string().optional(),
  files: z.array(z.string()),
  drift: Drift.optional(),
  usage: Usage,
  durations: z.record(z.string(), z.int()),
  handoffs: z.int(),
  attempts: z.int(),
  unconfined: Unconfined.optional(),
  /** What it changed of the tests and of what runs them; new tests are not named. */
  yardstick: z.array(YardstickChange).optional(),
  /** What the author of the result was not allowed on the way. */
  denials: z.array(z.string()).optional(),
  leftOutRules: z.array(z.string()).optional().describe('rules of the base that the scan could not read'),
})

const by = { by: z.string().min(1).max(200), channel: z.string() }

export const taskEvents = {
  'task.created': defineEvent({
    summary: 'Somebody wants something done.',
    remembered: true,
    door: true,
    data: TaskCreated.extend({
      by: z.string().optional(),
      channel: z.string().optional(),
      requestedAt: z.iso.datetime().optional().describe('when the system stored the request; without it the fact counts'),
    }),
    words: ({ title, project, by }) => `"${title}"${project ? ` in ${project}` : ''}${by ? `, asked for by ${by}` : ''}`,
  }),
  'task.routed': defineEvent({
    summary: 'The coordinator chose the workflow and who plans, implements and reviews; the task waits for a free place.',
    remembered: true,
    data: z.object({
      master: z.string(),
      workflow: z.enum(Workflows),
      project: z.string().optional(),
      planner: z.string(),
      implementer: z.string(),
      reviewer: z.string(),
      gate: z.enum(['person', 'automatic']),
    }),
    words: ({ workflow, planner, implementer, reviewer }) =>
      workflow === 'answer' ? `${planner} shall answer` : `${planner} plans, ${implementer} writes, ${reviewer} reviews`,
  }),
  'task.blocked': defineEvent({
    summary: 'The task waits until others are done.',
    remembered: true,
    data: z.object({ waitingFor: z.array(Id) }),
    words: ({ waitingFor }) => `waits for ${waitingFor.join(', ')}`,
  }),
  'task.started': defineEvent({
    summary: 'The task got a place and begins this stage; while its plan waits for a person it holds none.',
    remembered: true,
    data: z.object({ stage: z.enum(['plan', 'code', 'answer']), project: z.string().optional() }),
    words: ({ stage }) =>
      ({ plan: 'got a place: planning begins', code: 'got a place: the work begins', answer: 'got a place: the question is asked' })[stage],
  }),
  'task.awaited': defineEvent({
    summary: 'What the task waits for was named before it was there; by now it must be (a timer).',
    remembered: true,
    data: z.object({ waitingFor: z.array(Id) }),
    words: ({ waitingFor }) => `${waitingFor.join(', ')} must be there by now`,
  }),
  'task.postponed': defineEvent({
    summary: 'The models that could go on with it are overloaded or over a limit: one is asked again at this time.',
    remembered: true,
    audience: 'the fold',
    data: z.object({ until: z.iso.datetime(), reason: z.string() }),
    words: ({ until, reason }) => `goes on at ${until}: ${reason}`,
  }),
  'task.overdue': defineEvent({
    summary: 'The task has been open for too long (a timer).',
    remembered: true,
    data: z.object({ since: z.string() }),
    words: ({ since }) => `open since ${since}, which is too long`,
  }),
  'task.completed': defineEvent({
    summary: 'Done: the definition of done passed and the result is delivered.',
    remembered: true,
    sealed: true,
    data: z.object({ outcome: Outcome }),
    words: ({ outcome: { branch, merged, remark, unconfined, yardstick = [], denials = [] } }) =>
      `${branch ? `done: branch ${branch}${merged ? ', merged' : ''}${remark ? `; ${remark}` : ''}` : 'done'}${yardstick.length > 0 ? `; of the tests and what runs them it has ${changesInWords(yardstick)}` : ''}${denied(denials)}${unconfined ? `; WITHOUT A SANDBOX: ${unconfined}` : ''}`,
  }),
  'task.failed': defineEvent({
    summary: 'It ended without a result, by a decision or a dependency.',
    remembered: true,
    data: z.object({ reason: z.string(), class: z.string(), nextSteps: NotedSteps.optional() }),
    words: ({ reason }) => reason,
  }),
  'task.escalated': defineEvent({
    summary: 'A person must look, or retry it.',
    remembered: true,
    data: z.object({
      reason: z.string(),
      class: z.string(),
      findings: z.array(Finding).default([]),
      branch: z.string().optional(),
      /** Of the tests' change that a person may approve: whoever approves names it. */
      yardstick: Sha256.optional(),
      nextSteps: NotedSteps.optional(),
    }),
    words: ({ reason }) => `a person must look: ${reason}`,
  }),
  'task.cancelled': defineEvent({
    summary: 'A person stopped the task.',
    remembered: true,
    door: true,
    data: z.object({ ...by, reason: z.string().max(2000).default('') }),
    words: ({ by, reason }) => `cancelled by ${by}${because(reason)}`,
  }),
  'task.retried': defineEvent({
    summary: 'A person wants an ended task tried again, perhaps with guidance.',
    remembered: true,
    door: true,
    data: z.object({ ...by, guidance: z.string().max(20_000).default(''), mendBase: MendBase.optional() }),
    words: ({ by, guidance }) => `opened again by ${by}${guidance ? `, with guidance: ${guidance}` : ''}`,
  }),
  'task.resumed': defineEvent({
    summary: 'A dead letter of an escalated task shall be sent again: the task goes on from where it stood.',
    remembered: true,
    data: z.object({ ...by, function: z.string(), letter: z.int().optional().describe('its number in stream DLQ') }),
    words: ({ by, function: name }) => `opened again by ${by}: ${name} tries once more`,
  }),
  'task.reprioritised': defineEvent({
    summary: 'A person changed the priority.',
    remembered: true,
    door: true,
    data: z.object({ ...by, priority: Priority }),
    words: ({ by, priority }) => `priority ${priority} now, says ${by}`,
  }),
}
