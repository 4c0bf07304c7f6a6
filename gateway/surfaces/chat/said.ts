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
  const { id, trigger_id: trigger, data } = fields(event.raw)
  const message = String(id ?? trigger ?? '')
  return {
    platform,
    thread: event.channel.id,
    message,
    sentAt: (platform === 'discord' ? timeOfDiscordId(message) : undefined) ?? now,
    person: personOf(event.user, undefined),
    text: (platform === 'discord' ? discordText(fields(data)['options']) : undefined) ?? wordsOf(event),
    isMention: true,
  }
}

const wordsOf = ({ command, text }: SlashCommandEvent): string => `${command.replace(/^\/\S+\s*/, '')} ${text}`.trim()

/** What `/cortex <subcommand> <options>` says, in the words of a message; undefined for a command without a subcommand. Pure. */
const discordText = (options: unknown): string | undefined => {
  const { type, name, options: inner } = fields(Array.isArray(options) ? options[0] : undefined)
  if (type !== 1) return undefined
  const given: Record<string, unknown>[] = Array.isArray(inner) ? inner.map(fields) : []
  const value = (wanted: string): string => String(given.find((one) => one['name'] === wanted)?.['value'] ?? '').trim()
  if (name === 'ask') return value('wish')
  if (name === 'create') return `create task ${['title', 'description'].map((one) => `"${value(one).replace(/["“”]/g, "'")}"`).join(' ')}`
  return [String(name), ...given.map((one) => String(one['value']))].join(' ').trim()
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
