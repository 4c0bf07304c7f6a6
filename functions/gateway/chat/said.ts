import type { Adapter, Message, SlashCommandEvent } from 'chat'
import { withoutMention } from './mention.ts'
import { messageText } from './message-text.ts'
import type { Person, Said } from './reception.ts'

/** A message as the SDK gives it, in our words. `names` are all that we are called there. Pure. */
export const saidByMessage = (platform: string, thread: string, message: Message, names: readonly string[]): Said => {
  const text = messageText(message.formatted)
  return {
    platform,
    thread,
    message: message.id,
    sentAt: message.metadata.dateSent,
    person: personOf(message.author, message.raw),
    text: message.isMention ? withoutMention(text, names) : text,
    isMention: message.isMention === true,
  }
}

/** A slash command is a mention: `/cortex fix the build`. The platform's id of it tells deliveries apart. Pure but for the clock of commands without a time. */
export const saidByCommand = (platform: string, event: SlashCommandEvent, now: Date): Said => {
  const { id, trigger_id: trigger } = fields(event.raw)
  const message = String(id ?? trigger ?? '')
  const subcommand = event.command.replace(/^\/\S+\s*/, '')
  return {
    platform,
    thread: event.channel.id,
    message,
    sentAt: (platform === 'discord' ? timeOfDiscordId(message) : undefined) ?? now,
    person: personOf(event.user, undefined),
    text: `${subcommand} ${event.text}`.trim(),
    isMention: true,
  }
}

/** Whoever wrote or clicked. GitHub says how he stands to the repository; elsewhere only members can write. Pure. */
export const personOf = ({ userId, userName, fullName }: { userId: string; userName: string; fullName: string }, raw: unknown): Person => {
  const { comment, author_association: own } = fields(raw)
  const association = own ?? fields(comment)['author_association']
  return { id: userId, name: userName || fullName, isKnown: association === undefined || MEMBERS.includes(String(association)) }
}

const MEMBERS: readonly string[] = ['OWNER', 'MEMBER', 'COLLABORATOR']

/** What we are called on the platform, as far as its adapter knows by now. */
export const namesOf = async (adapter: Adapter): Promise<string[]> => {
  const shown = adapter.botUserId && adapter.getUser ? await adapter.getUser(adapter.botUserId) : null
  return [adapter.userName, adapter.botUserId ?? '', shown?.userName ?? '', shown?.fullName ?? '']
}

/** Milliseconds since 1970 at which Discord begins to count. */
const DISCORD_EPOCH = 1_420_070_400_000n

const timeOfDiscordId = (id: string): Date | undefined =>
  /^\d{15,20}$/.test(id) ? new Date(Number((BigInt(id) >> 22n) + DISCORD_EPOCH)) : undefined

const fields = (value: unknown): Record<string, unknown> => (typeof value === 'object' && value !== null ? { ...value } : {})
