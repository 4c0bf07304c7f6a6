import { z } from 'zod'
import { defineEvent } from '../define-event.ts'
import { CommitSha, FailureClass, Finding } from './shared.ts'

/** What was seen of the commit that a task starts from: before anybody is paid, its setup and its definition of done are run there. */
const BaseChecked = z.object({
  project: z.string(),
  sha: CommitSha,
  tree: CommitSha,
  /** `unknown`: the commands could not be run to an end, which says nothing of the base. `skipped`: nobody wanted it looked at. */
  outcome: z.enum(['passed', 'failed', 'unknown', 'skipped']),
  /** Of what is unknown: who must act. */
  class: FailureClass.optional(),
  reason: z.string(),
  /** Of each command that failed, the end of its output. */
  findings: z.array(Finding),
  /** Another task on this commit had it looked at, or a result with the same content passed. */
  cached: z.boolean(),
  durationMs: z.int(),
})
export type BaseChecked = z.infer<typeof BaseChecked>

export const baseEvents = {
  'base.checked': defineEvent({
    summary: 'Setup and definition of done were run on the commit that the task starts from, before a planner or an implementer is asked.',
    remembered: true,
    data: BaseChecked,
    words: ({ reason, sha, cached }) => `${reason} (${sha.slice(0, 8)}${cached ? ', as seen before' : ''})`,
  }),
}
