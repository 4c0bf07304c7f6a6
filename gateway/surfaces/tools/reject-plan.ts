import { z } from 'zod'
import { defineTool } from './define-tool.ts'
import { PlanHash, TaskId } from './fields.ts'
import { steerTask } from './steer-task.ts'

export default defineTool({
  name: 'cortex_reject_plan',
  title: 'Reject a plan',
  description: 'Rejects the plan that a task waits with; the task ends. Only when the person you work for has seen the plan and said no.',
  readOnly: false,
  idempotent: true,
  // A hash under another name must not be lost: another plan would be decided on.
  input: z.strictObject({
    task_id: TaskId,
    plan_hash: PlanHash,
    reason: z.string().trim().min(1, 'say why').max(2000).describe('why, for the people who read its story'),
  }),
  handler: ({ task_id, plan_hash, reason }, { operations }) =>
    steerTask(operations, task_id, 'Plan rejected', () => operations.reject({ id: task_id, planHash: plan_hash, reason })),
})
