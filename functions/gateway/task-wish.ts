import { z } from 'zod'
import { Id } from '../../bus/catalogue/shared.ts'
import { TaskCreated } from '../../bus/catalogue/task.ts'

/** What anybody who wants a task may say; beside `id` and `key` it is the door's own schema. */
export const TaskWishSchema = z.strictObject({
  ...TaskCreated.shape,
  source: z.string().max(100).optional(),
  id: Id.optional().describe('an id of your own; the same id and content again is the same task'),
  key: z.string().min(1).max(255).optional().describe('an idempotency key: the same key and content again within a day is the same task'),
})

export type TaskWish = z.input<typeof TaskWishSchema>
