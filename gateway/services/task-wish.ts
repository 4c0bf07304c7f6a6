import { z } from 'zod'
import { Id } from '../../domain/catalogue/shared.ts'
import { TaskCreated } from '../../domain/catalogue/task.ts'
import type { Words } from '../define-operation.ts'

/** What is never sent anyway is refused at once, before it stands in a fact for everybody to read. */
const CallbackUrl = z
  .url({ protocol: /^https?$/, error: 'must begin with http:// or https://' })
  .refine((text) => !hasLogin(text), 'a name or a password in it is never sent: leave it out')

const hasLogin = (text: string): boolean => {
  const url = URL.parse(text)
  return url !== null && (url.username !== '' || url.password !== '')
}

/** What anybody who wants a task may say; beside `id` and `key` it is the door's own schema. */
export const TaskWishSchema = z.strictObject({
  ...TaskCreated.shape,
  callbackUrl: CallbackUrl.optional(),
  source: z.string().max(100).optional(),
  id: Id.optional().describe('an id of your own; the same id and content again is the same task'),
  key: z.string().min(1).max(255).optional().describe('an idempotency key: the same key and content again within a day is the same task'),
})

export type TaskWish = Words<z.input<typeof TaskWishSchema>>
