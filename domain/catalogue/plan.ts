import { z } from 'zod'
import { BlobRef } from '../../bus/blobs.ts'
import { defineEvent } from '../define-event.ts'
import { because, count } from '../words/pieces.ts'
import { Sha256 } from './shared.ts'

const text = z.string().trim().min(1)

/** A plan worth showing to a person. Without steps, files, criteria and a summary it is refused. */
export const Plan = z.object({
  summary: text,
  steps: z.array(z.object({ description: text, file: z.string(), rationale: z.string() })).min(1, 'a plan needs steps'),
  files_to_modify: z.array(text).min(1, 'a plan names the files it will modify'),
  acceptance_criteria: z.array(text).min(1, 'a plan needs acceptance criteria'),
  estimated_complexity: z.enum(['low', 'medium', 'high']).default('medium'),
  risk_assessment: z.string().default(''),
})
export type Plan = z.infer<typeof Plan>

const decision = {
  planHash: Sha256,
  by: z.string().min(1).max(200),
  channel: z.string(),
  reason: z.string().max(20_000).default(''),
}

export const planEvents = {
  'plan.drafted': defineEvent({
    summary: 'A complete plan is there; its hash is over the stored bytes.',
    remembered: true,
    data: z.object({ plan: BlobRef, planHash: Sha256, revision: z.int(), summary: z.string(), steps: z.int(), criteria: z.int() }),
    words: ({ summary, steps, criteria, revision }) =>
      `${revision > 1 ? `revision ${revision}, ` : ''}${count(steps, 'step')}, ${count(criteria, 'criterion', 'criteria')}: ${summary}`,
  }),
  'plan.refused': defineEvent({
    summary: 'The planner answered with something that is no plan.',
    remembered: true,
    data: z.object({ faults: z.array(z.string()), answer: BlobRef, revision: z.int() }),
    words: ({ faults }) => `the answer is no plan: ${faults.join('; ')}`,
  }),
  'plan.approved': defineEvent({
    summary: 'A person accepted this very plan; work may start.',
    remembered: true,
    door: true,
    data: z.object(decision),
    words: ({ planHash, by, channel }) => `plan ${planHash.slice(0, 8)} approved by ${by} over ${channel}`,
  }),
  'plan.rejected': defineEvent({
    summary: 'A person refused the plan; the task ends.',
    remembered: true,
    door: true,
    data: z.object(decision),
    words: ({ by, reason }) => `rejected by ${by}${because(reason)}`,
  }),
  'plan.questioned': defineEvent({
    summary: 'A person wants changes in the plan.',
    remembered: true,
    door: true,
    data: z.object(decision),
    words: ({ by, reason }) => `${by} wants changes${because(reason)}`,
  }),
}
