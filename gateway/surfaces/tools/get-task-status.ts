import { z } from 'zod'
import { defineTool } from './define-tool.ts'
import { TaskId } from './fields.ts'
import { statusOrNotFound } from './tool-status.ts'

export default defineTool({
  name: 'cortex_get_task_status',
  title: 'Look at a task',
  description:
    'Says where a task is (queued, in_progress, completed, failed or not_found), why it waits, and its result when it is done. May be called ' +
    'for many tasks in one turn; cortex_get_task_statuses asks for several at once.',
  readOnly: true,
  idempotent: true,
  input: z.object({ task_id: TaskId }),
  handler: ({ task_id }, { operations }) => statusOrNotFound(operations, task_id),
})
