import { z } from 'zod'
import { Id } from '../../../domain/catalogue/shared.ts'
import { Categories } from '../../../domain/choices.ts'

/** Fields that several tools take. */

export const TaskId = Id.describe('the task_id that cortex_create_task answered')

const priorities: Readonly<Record<string, 1 | 3 | 5 | 7>> = { critical: 1, high: 3, medium: 5, low: 7 }
const MEDIUM = 5

/** A priority by its name or number; what is neither is medium. */
const priorityOf = (given: unknown): 1 | 3 | 5 | 7 => {
  const name = String(given ?? '')
    .trim()
    .toLowerCase()
  const byNumber = Object.values(priorities).find((number) => String(number) === name)
  return byNumber ?? (Object.hasOwn(priorities, name) ? priorities[name] : undefined) ?? MEDIUM
}

/** critical 1, high 3, medium 5, low 7. */
export const LenientPriority = z
  .unknown()
  .optional()
  .transform(priorityOf)
  .meta({ type: 'string', enum: Object.keys(priorities), description: 'how urgent it is; default medium' })

export const LenientCategory = z
  .unknown()
  .optional()
  .transform((given) => (typeof given === 'string' ? given.trim().toLowerCase() : given))
  .pipe(z.enum(Categories).default('general'))
  .meta({ type: 'string', enum: [...Categories], description: 'whose masters do it; default general' })
