import { z } from 'zod'
import { defineTool } from './define-tool.ts'
import { TaskId } from './fields.ts'
import { statusOrNotFound } from './tool-status.ts'

export default defineTool({
  name: 'cortex_get_task_statuses',
  title: 'Look at several tasks',
  description: 'Says where several tasks are, in one call: the answer has them in the order of the ids, a missing one as not_found.',
  readOnly: true,
  idempotent: true,
  input: z.object({ task_ids: z.array(TaskId).min(1, 'name at least one task').max(100) }),
  handler: async ({ task_ids }, { operations }) => {
    const tasks = await Promise.all(task_ids.map((id) => statusOrNotFound(operations, id)))
    const counts: Record<string, number> = {}
    for (const { status } of tasks) counts[status] = (counts[status] ?? 0) + 1
    return { tasks, count: tasks.length, by_status: counts }
  },
})
