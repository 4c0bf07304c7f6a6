import { generateKeyPairSync, sign } from 'node:crypto'
import { type FakeGateway, fakeGateway } from './fake-gateway.ts'
import { type Recorded, type RecordedServer, type Reply, recordedServer } from './recorded-server.ts'

const { publicKey, privateKey } = generateKeyPairSync('ed25519')
export const DISCORD_APP = '1100000000000000001'
export const DISCORD_ENV = {
  DISCORD_BOT_TOKEN: 'bot-token-of-a-test',
  DISCORD_PUBLIC_KEY: publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('hex'),
  DISCORD_APPLICATION_ID: DISCORD_APP,
}

export interface FakeDiscord extends RecordedServer {
  readonly messages: { id: string; channel: string; content: string; embeds: unknown[]; components: unknown[] }[]
  /** Answers so many calls about messages with 429. */
  limited: number
  readonly gateway: FakeGateway
  /** Channels that are threads: the channel each belongs to. */
  readonly threads: Map<string, string>
}

/** A stand-in for Discord's REST API and its Gateway: it keeps messages, threads and the answers to interactions. */
export const fakeDiscord = async (): Promise<FakeDiscord> => {
  const messages: FakeDiscord['messages'] = []
  const threads: FakeDiscord['threads'] = new Map()
  const state = { limited: 0 }
  const gateway = await fakeGateway({ id: DISCORD_APP, token: DISCORD_ENV.DISCORD_BOT_TOKEN })
  const stored = (id: string, channel: string, { body }: Recorded) => ({
    id,
    channel,
    content: String(body['content'] ?? ''),
    embeds: (body['embeds'] as unknown[]) ?? [],
    components: (body['components'] as unknown[]) ?? [],
  })
  const server = await recordedServer((call): Reply => {
    if (state.limited > 0 && call.path.includes('/messages')) {
      state.limited -= 1
      return { status: 429, body: { message: 'You are being rate limited.', retry_after: 0.5, global: false } }
    }
    const [, channel = '', id] = /^\/channels\/(\d+)\/messages(?:\/(\d+))?$/.exec(call.path.replace(/\?.*$/, '')) ?? []
    if (channel && call.method === 'POST') {
      const message = stored(String(2_000_000_000_000_000_000n + BigInt(messages.length)), channel, call)
      messages.push(message)
      return { body: { ...message, channel_id: channel } }
    }
    if (channel && id && call.method === 'PATCH') {
      const index = messages.findIndex((message) => message.id === id)
      if (index < 0) return { status: 404, body: { message: 'Unknown Message', code: 10008 } }
      messages[index] = stored(id, channel, call)
      return { body: { id, channel_id: channel } }
    }
    const [, home = '', from = ''] = /^\/channels\/(\d+)\/messages\/(\d+)\/threads$/.exec(call.path) ?? []
    if (from) {
      if (threads.has(from)) return { status: 400, body: { message: 'A thread has already been created for this message', code: 160004 } }
      threads.set(from, home)
      return { status: 201, body: { id: from, name: call.body['name'], type: 11, parent_id: home } }
    }
    if (call.path === '/gateway/bot') return { body: { url: gateway.url, session_start_limit: { remaining: 9, reset_after: 1 } } }
    if (call.method === 'PUT' && call.path === `/applications/${DISCORD_APP}/commands`) return { body: [] }
    if (/^\/interactions\/\d+\/[^/]+\/callback$/.test(call.path)) return { status: 200, body: {} }
    if (call.path.startsWith(`/webhooks/${DISCORD_APP}/`)) return { body: { id: '3000000000000000001' } }
    const [, asked = ''] = /^\/channels\/(\d+)$/.exec(call.path) ?? []
    if (asked) return { body: { id: asked, type: threads.has(asked) ? 11 : 0, parent_id: threads.get(asked) ?? null } }
    return { status: 404, body: { message: 'Unknown', code: 0 } }
  })
  const stop = async (): Promise<void> => {
    await gateway[Symbol.asyncDispose]()
    await server[Symbol.asyncDispose]()
  }
  return Object.assign(state, server, { messages, threads, gateway, [Symbol.asyncDispose]: stop }) as FakeDiscord
}

/** A signed interaction as Discord sends it. */
export const signedByDiscord = (
  interaction: unknown,
  { at = new Date(), key = privateKey }: { at?: Date; key?: typeof privateKey } = {},
): { method: 'POST'; body: string; headers: Record<string, string> } => {
  const body = JSON.stringify(interaction)
  const timestamp = String(Math.floor(at.getTime() / 1000))
  return {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'x-signature-timestamp': timestamp,
      'x-signature-ed25519': sign(null, Buffer.from(timestamp + body), key).toString('hex'),
    },
  }
}

let made = 0

/** An id of Discord's, which has the time in it. */
export const discordId = (at = Date.now()): string => String(((BigInt(at) - 1_420_070_400_000n) << 22n) + BigInt(made++))

const member = (id: string) => ({ user: { id, username: id === ADA ? 'ada' : 'eve', global_name: null } })
export const ADA = '900000000000000001'
export const EVE = '900000000000000002'
export const CHANNEL = '800000000000000001'
export const GUILD = '700000000000000001'

/** `/cortex <text>` */
export const discordCommand = (text: string, user = ADA, id = discordId()) => ({
  id,
  type: 2,
  token: 'interaction-token',
  application_id: DISCORD_APP,
  guild_id: GUILD,
  channel_id: CHANNEL,
  channel: { id: CHANNEL, type: 0 },
  member: member(user),
  data: { id: '1', name: 'cortex', type: 1, options: [{ name: 'text', type: 3, value: text }] },
})

/** A message as the Gateway tells of it. */
export const discordMessage = (content: string, more: Record<string, unknown> = {}) => {
  const id = discordId()
  const mentions = [...content.matchAll(/<@!?(\d+)>/g)].map(([, user]) => ({ id: user, username: 'cortex' }))
  return {
    ...{ id, type: 0, channel_id: CHANNEL, guild_id: GUILD, content, timestamp: new Date().toISOString() },
    ...{ author: { id: ADA, username: 'ada' }, mentions, attachments: [], embeds: [] },
    ...more,
  }
}

/** A pressed button. */
export const discordClick = (message: string, customId: string, user = ADA) => ({
  id: discordId(),
  type: 3,
  token: 'interaction-token',
  application_id: DISCORD_APP,
  guild_id: GUILD,
  channel_id: CHANNEL,
  channel: { id: CHANNEL, type: 0 },
  member: member(user),
  message: { id: message },
  data: { custom_id: customId, component_type: 2 },
})

/** The buttons of the newest message. */
export const buttonsIn = ({ messages }: FakeDiscord): string[] => {
  const rows = (messages.at(-1)?.components ?? []) as { components: { custom_id: string }[] }[]
  return rows.flatMap(({ components }) => components.map(({ custom_id: id }) => id))
}
