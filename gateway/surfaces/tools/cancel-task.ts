import { z } from 'zod'
import { defineTool } from './define-tool.ts'
import { Reason, TaskId } from './fields.ts'
import { steerTask } from './steer-task.ts'

export default defineTool({
  name: 'cortex_cancel_task',
  title: 'Cancel a task',
  description: 'Ends a task for good and stops what runs for it. What depends on it fails. May be called for many tasks in one turn.',
  readOnly: false,
  idempotent: true,
  input: z.object({ task_id: TaskId, reason: Reason.describe('why, for the people who read its story') }),
  handler: ({ task_id, reason }, { operations }) =>
    steerTask(operations, task_id, 'Task cancelled', () => operations.cancel({ id: task_id, reason })),
})
