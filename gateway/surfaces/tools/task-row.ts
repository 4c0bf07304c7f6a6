import type { z } from 'zod'
import type { ListAnswer } from '../../answers.ts'

type Listed = z.output<typeof ListAnswer>['tasks'][number]

/** A line of a list for programs outside, whose fields are written as everywhere in HTTP's answers. Pure. */
export const rowOf = ({ id, title, status, phase, project, category, priority, createdAt, updatedAt, reason }: Listed) => ({
  id,
  title,
  status,
  phase,
  priority,
  ...(project ? { project } : {}),
  ...(category ? { category } : {}),
  created_at: createdAt,
  updated_at: updatedAt,
  ...(reason ? { reason } : {}),
})
