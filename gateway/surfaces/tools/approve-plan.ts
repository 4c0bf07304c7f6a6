import { z } from 'zod'
import type { StatusAnswer } from '../../answers.ts'
import { defineTool } from './define-tool.ts'
import { PlanHash, Reason, TaskId } from './fields.ts'
import { steerTask } from './steer-task.ts'

export default defineTool({
  name: 'cortex_approve_plan',
  title: 'Approve a plan',
  description:
    'Approves the plan that a task waits with (waiting_for has "approval"), so that it is carried out. Only when the person you work for has seen ' +
    'this plan and said yes; name its plan_hash, so that no other plan is approved by it.',
  readOnly: false,
  idempotent: true,
  // A hash under another name must not be lost: another plan would be decided on.
  input: z.strictObject({ task_id: TaskId, plan_hash: PlanHash, reason: Reason }),
  handler: ({ task_id, plan_hash, reason }, { operations }) =>
    steerTask(
      operations,
      task_id,
      (after) => approved(after, plan_hash),
      () => operations.approve({ id: task_id, planHash: plan_hash, reason }),
    ),
})

/** An approval may come before its plan. */
const approved = (after: StatusAnswer | undefined, hash: string | undefined): string =>
  hash === undefined || after === undefined || after.plan_hash === hash
    ? 'Plan approved'
    : 'The approval is stored: it counts once a plan with this hash waits, and for no other'
