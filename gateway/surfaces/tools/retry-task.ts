import { z } from 'zod'
import { defineTool } from './define-tool.ts'
import { TaskId } from './fields.ts'
import { steerTask } from './steer-task.ts'

export default defineTool({
  name: 'cortex_retry_task',
  title: 'Retry a task',
  description: 'Opens a task again that failed, was cancelled or was given to a person, perhaps with guidance for another way.',
  readOnly: false,
  idempotent: false,
  input: z.object({ task_id: TaskId, guidance: z.string().max(20_000).optional().describe('what to do otherwise this time') }),
  handler: ({ task_id, guidance }, { operations }) =>
    steerTask(operations, task_id, 'Task opened again', () => operations.retry({ id: task_id, guidance })),
})
