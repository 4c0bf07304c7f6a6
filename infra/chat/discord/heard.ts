import { type KeyObject, sign } from 'node:crypto'
import { z } from 'zod'
import type { DiscordApi } from './api.ts'

const Message = z.looseObject({
  id: z.string(),
  type: z.int().default(0),
  channel_id: z.string(),
  guild_id: z.string().optional(),
  content: z.string().default(''),
  author: z.looseObject({ id: z.string(), bot: z.boolean().optional() }),
  webhook_id: z.string().optional(),
  mentions: z.array(z.looseObject({ id: z.string() })).default([]),
})
type Message = z.infer<typeof Message>

/** Messages that people write: a new one, and an answer to one. The others tell of joins, pins and threads. */
const WRITTEN: readonly number[] = [0, 19]

/**
 * A message as the adapter wants it, or undefined for what no person wrote. Whoever answers a message of ours is on Discord's list
 * of mentions without a mention: only one in the text counts. `user` is our own, `application` what the adapter looks for. Pure.
 */
export const writtenMessage = (data: unknown, { user, application }: { user: string; application: string }): Message | undefined => {
  const message = Message.parse(data)
  if (message.author.bot || message.webhook_id || !WRITTEN.includes(message.type)) return undefined
  const isMention = [user, application].some((id) => new RegExp(`<@!?${id}>`).test(message.content))
  const others = message.mentions.filter(({ id }) => id !== user && id !== application)
  return { ...message, mentions: isMention ? [...others, { id: application }] : others }
}

const Channel = z.looseObject({ type: z.int(), parent_id: z.string().nullish() })
/** Threads of an announcement channel, public and private ones. */
const THREADS: readonly number[] = [10, 11, 12]
const MAX_KNOWN = 10_000

/** Tells of a channel whether it is a thread, and of which other one; Discord is asked once for each. Throws in words when it is away. */
export const threadLookup = (api: DiscordApi): ((channel: string) => Promise<{ id: string; parent_id: string } | undefined>) => {
  const known = new Map<string, string | undefined>()
  return async (channel) => {
    if (!known.has(channel)) {
      const { type, parent_id: parent } = Channel.parse(await api.call('GET', `/channels/${encodeURIComponent(channel)}`))
      if (known.size >= MAX_KNOWN) known.clear()
      known.set(channel, THREADS.includes(type) && parent ? parent : undefined)
    }
    const parent = known.get(channel)
    return parent === undefined ? undefined : { id: channel, parent_id: parent }
  }
}

/** A message as a request to the adapter, from who proves himself by the bot's token. Pure. */
export const messageRequest = (data: unknown, token: string) => ({
  headers: { 'content-type': 'application/json', 'x-discord-gateway-token': token },
  body: JSON.stringify({ type: 'GATEWAY_MESSAGE_CREATE', timestamp: Date.now(), data }),
})

/** A command or a pressed button as a request to the adapter, signed with the key of our own that the adapter was given. */
export const interactionRequest = (data: unknown, key: KeyObject, now: Date) => {
  const body = JSON.stringify(data)
  const timestamp = String(Math.floor(now.getTime() / 1000))
  const signature = sign(null, Buffer.from(timestamp + body), key).toString('hex')
  return {
    headers: { 'content-type': 'application/json', 'x-signature-timestamp': timestamp, 'x-signature-ed25519': signature },
    body,
  }
}

const Interaction = z.looseObject({ id: z.string(), token: z.string() })

/** Gives Discord the answer to an interaction that came over the Gateway. Throws when Discord does not take it. */
export const answerInteraction = async (api: DiscordApi, data: unknown, answer: unknown): Promise<void> => {
  const { id, token } = Interaction.parse(data)
  await api.call('POST', `/interactions/${encodeURIComponent(id)}/${encodeURIComponent(token)}/callback`, answer)
}
