import { z } from 'zod'
import { Statuses } from '../../../domain/phases.ts'
import { declared } from '../../operations.ts'
import { asRead } from '../../spelling.ts'
import { defineTool } from './define-tool.ts'
import { rowOf } from './task-row.ts'

const { limit, offset, project, category, search } = declared.list.input.shape

export default defineTool({
  name: 'cortex_get_tasks',
  title: 'List tasks',
  description: 'Lists tasks, the newest first; with a status, a project, a category or words to search for only those.',
  readOnly: true,
  idempotent: true,
  input: z.object({
    status: z.enum(['all', ...Statuses]).default('all'),
    limit: limit.unwrap().default(20),
    offset: offset.describe('how many of the newest to leave out'),
    project,
    category,
    search: search.describe('words in the title, the id or the reason of an end'),
  }),
  handler: async ({ status, ...rest }, { operations }) => {
    const wish = { ...rest, ...(status === 'all' ? {} : { status }), reasons: false }
    const { tasks } = await operations.list(asRead(declared.list, wish))
    return { tasks: tasks.map((task) => ({ task_id: task.id, ...rowOf(task) })), count: tasks.length }
  },
})
