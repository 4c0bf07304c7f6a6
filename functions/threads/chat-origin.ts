import { createHash } from 'node:crypto'
import { z } from 'zod'
import { Id } from '../../domain/catalogue/shared.ts'
import type { Task } from '../../domain/task.ts'
import type { ChatSettings } from '../settings.ts'

/** What `metadata.chat` of a task says: the message that asked for it, and where it is followed. */
export const ChatOrigin = z.object({
  platform: z.string().min(1).max(40),
  /** As the platform's adapter writes it. */
  thread: z.string().min(1).max(500),
  /** The platform's id of the message. */
  message: z.string().min(1).max(200),
  /** The platform's id of who asked. */
  person: z.string().min(1).max(200),
  /** All tasks of the message, this one included. */
  tasks: z.array(Id).min(1).max(100),
})
export type ChatOrigin = z.infer<typeof ChatOrigin>

/** The chat message a task came from. Only the gateway's chat is believed about it: anybody may write metadata. Pure. */
export const chatOriginOf = ({ created }: Pick<Task, 'created'>): ChatOrigin | undefined => {
  if (created?.channel !== 'chat') return undefined
  const parsed = ChatOrigin.safeParse(created.metadata['chat'])
  return parsed.success ? parsed.data : undefined
}

/** What the operator says about a platform; undefined where it is not switched on. Pure. */
export const chatSettings = (chat: ChatSettings, platform: string) => (Object.hasOwn(chat, platform) ? chat[platform] : undefined)

/** The story in which it is kept what was posted for a message. Pure. */
export const threadStory = ({ platform, thread, message }: Pick<ChatOrigin, 'platform' | 'thread' | 'message'>): string =>
  `thread-${hash(platform, thread, message).slice(0, 32)}`

/** What a button's value is: it stands for this plan of this task, and says nothing of either. Pure. */
export const planToken = (task: string, planHash: string): string => hash(task, planHash).slice(0, 24)

const hash = (...parts: readonly string[]): string => createHash('sha256').update(JSON.stringify(parts)).digest('hex')
