import { z } from 'zod'
import { Categories } from '../../../domain/catalogue/shared.ts'
import { Statuses } from '../../../domain/phases.ts'
import { rowOf } from '../tasks/task-row.ts'
import { defineTool } from './define-tool.ts'

export default defineTool({
  name: 'cortex_get_tasks',
  title: 'List tasks',
  description: 'Lists tasks, the newest first; with a status, a project, a category or words to search for only those.',
  readOnly: true,
  idempotent: true,
  input: z.object({
    status: z.enum(['all', ...Statuses]).default('all'),
    limit: z.int().min(1).max(200).default(20),
    offset: z.int().min(0).default(0).describe('how many of the newest to leave out'),
    project: z.string().max(64).optional(),
    category: z.enum(Categories).optional(),
    search: z.string().max(200).optional().describe('words in the title, the id or the reason of an end'),
  }),
  handler: async ({ status, ...rest }, { operations }) => {
    const { tasks } = await operations.list({ ...rest, ...(status === 'all' ? {} : { status }) })
    return { tasks: tasks.map((task) => ({ task_id: task.id, ...rowOf(task) })), count: tasks.length }
  },
})
