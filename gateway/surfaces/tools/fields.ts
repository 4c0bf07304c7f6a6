import { z } from 'zod'
import { Id } from '../../../domain/catalogue/shared.ts'
import { Categories, priorities, priorityOf } from '../../../domain/choices.ts'

/** Fields that several tools take. */

export const TaskId = Id.describe('the task_id that cortex_create_task answered')

/** By its name or number; what is neither is medium, and a doubt in words. */
export const LenientPriority = z
  .unknown()
  .optional()
  .transform((given) => {
    const [said, known] = [String(given ?? ''), priorityOf(String(given ?? ''))]
    const names = Object.keys(priorities).join(', ')
    const doubt = `priority ${JSON.stringify(said.slice(0, 40))} is none of ${names}; the task has medium`
    return { priority: known ?? priorities.medium, ...(known === undefined && said !== '' ? { doubt } : {}) }
  })
  .meta({ type: 'string', enum: Object.keys(priorities), description: 'how urgent it is; default medium' })

export const LenientCategory = z
  .unknown()
  .optional()
  .transform((given) => (typeof given === 'string' ? given.trim().toLowerCase() : given))
  .pipe(z.enum(Categories).default('general'))
  .meta({ type: 'string', enum: [...Categories], description: 'whose masters do it; default general' })
