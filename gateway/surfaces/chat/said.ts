import type { Adapter, Message, SlashCommandEvent } from 'chat'
import type { ChatDesk } from './desk.ts'
import { withoutMention } from './mention.ts'
import { messageText } from './message-text.ts'
import type { Person, Said } from './reception.ts'

type Ways = Pick<ChatDesk, 'platform' | 'isMember' | 'hasUniqueIds' | 'readCommand'>

/** A message as the SDK gives it, in our words. `names` are all that we are called there. Pure. */
export const saidByMessage = (
  { platform, isMember, hasUniqueIds = false }: Ways,
  thread: string,
  message: Message,
  names: readonly string[],
): Said => {
  const text = messageText(message.formatted)
  return {
    platform,
    thread,
    message: message.id,
    hasUniqueIds,
    sentAt: message.metadata.dateSent,
    person: personOf(message.author, isMember?.(message.raw)),
    text: message.isMention ? withoutMention(text, names) : text,
    isMention: message.isMention === true,
  }
}

/** A slash command is a mention: `/cortex fix the build`. The platform's id of it tells deliveries apart; `now` is the time of those without one. Pure. */
export const saidByCommand = ({ platform, readCommand, hasUniqueIds = false }: Ways, event: SlashCommandEvent, now: Date): Said => {
  const { id, trigger_id: trigger } = fields(event.raw)
  const { sentAt = now, text = wordsOf(event) } = readCommand?.(event.raw) ?? {}
  const message = String(id ?? trigger ?? '')
  return { platform, thread: event.channel.id, message, hasUniqueIds, sentAt, person: personOf(event.user), text, isMention: true }
}

const wordsOf = ({ command, text }: SlashCommandEvent): string => `${command.replace(/^\/\S+\s*/, '')} ${text}`.trim()

/** Whoever wrote or clicked; known where the platform does not say otherwise. Pure. */
export const personOf = ({ userId, userName, fullName }: Omit<Message['author'], 'isBot' | 'isMe'>, isKnown = true): Person => ({
  id: userId,
  name: userName || fullName,
  isKnown,
})

/** What we are called on the platform, as far as its adapter knows by now. */
export const namesOf = async (adapter: Adapter): Promise<string[]> => {
  const shown = adapter.botUserId && adapter.getUser ? await adapter.getUser(adapter.botUserId) : null
  return [adapter.userName, adapter.botUserId ?? '', shown?.userName ?? '', shown?.fullName ?? '']
}

const fields = (value: unknown): Record<string, unknown> => (typeof value === 'object' && value !== null ? { ...value } : {})
