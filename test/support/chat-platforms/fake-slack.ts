import { createHmac } from 'node:crypto'
import { type Recorded, type RecordedServer, type Reply, recordedServer } from './recorded-server.ts'

export const SLACK_SECRET = '8f742231b10e8888abcd99yyyzzz85a5'
export const SLACK_ENV = { SLACK_BOT_TOKEN: 'xoxb-of-a-test', SLACK_SIGNING_SECRET: SLACK_SECRET }
export const BOT = 'U0BOT0001'

/** A message of ours as it stands in the channel. */
export interface SlackMessage {
  readonly channel: string
  readonly ts: string
  readonly thread_ts?: string | undefined
  text: string
  blocks: readonly Record<string, unknown>[]
}

/** What goes wrong: for as long as it is set, or for so many calls. */
export type Trouble = {
  /** `mute` does what it is told and never answers. */
  readonly kind: 'limit' | 'error' | 'hang' | 'mute' | 'refuse'
  readonly path?: string
  times?: number
  readonly error?: string
}

export interface FakeSlack extends RecordedServer {
  /** Ends with "/api/", as the client wants it. */
  readonly apiUrl: string
  readonly messages: SlackMessage[]
  trouble: Trouble | undefined
  /** After this many posts the answer is lost, although the message stands there. */
  loseAnswerOf: number | undefined
}

/** A stand-in for Slack's Web API: it keeps messages, and can limit, fail, refuse and hang. */
export const fakeSlack = async (): Promise<FakeSlack> => {
  const messages: SlackMessage[] = []
  const state: Pick<FakeSlack, 'trouble' | 'loseAnswerOf'> = { trouble: undefined, loseAnswerOf: undefined }
  let posts = 0
  const said = ({ body }: Recorded): Pick<SlackMessage, 'text' | 'blocks'> => ({
    text: String(body['markdown_text'] ?? body['text'] ?? ''),
    blocks: (body['blocks'] as SlackMessage['blocks']) ?? [],
  })
  const methods: Readonly<Record<string, (call: Recorded) => Reply>> = {
    'auth.test': () => ({ body: { ok: true, user_id: BOT, bot_id: 'B0BOT0001', user: 'cortex', team_id: 'T1' } }),
    'users.info': ({ body }) => {
      const id = String(body['user'])
      const name = id === BOT ? 'cortex' : (NAMES[id] ?? id.toLowerCase())
      return { body: { ok: true, user: { id, name, real_name: name, is_bot: id === BOT, profile: { display_name: name } } } }
    },
    'chat.postMessage': (call) => {
      posts += 1
      const ts = `17000000${String(posts).padStart(2, '0')}.000100`
      messages.push({ channel: String(call.body['channel']), ts, thread_ts: call.body['thread_ts'] as string | undefined, ...said(call) })
      if (posts === state.loseAnswerOf) return { status: 500, body: { ok: false } }
      return { body: { ok: true, ts, channel: call.body['channel'] } }
    },
    'chat.update': (call) => {
      const message = messages.find(({ ts }) => ts === call.body['ts'])
      if (!message) return { body: { ok: false, error: 'message_not_found' } }
      Object.assign(message, said(call))
      return { body: { ok: true, ts: message.ts, channel: message.channel } }
    },
    'chat.postEphemeral': () => ({ body: { ok: true, message_ts: '1.1' } }),
    'conversations.replies': ({ body }) => ({
      body: {
        ok: true,
        messages: messages
          .filter(({ channel, thread_ts }) => channel === body['channel'] && thread_ts === body['ts'])
          .map((message) => ({ type: 'message', bot_id: 'B0BOT0001', user: BOT, ...message })),
      },
    }),
  }
  const troubled = (method: string, call: Recorded): Reply | 'hang' | undefined => {
    const { trouble } = state
    if (!trouble || (trouble.path !== undefined && trouble.path !== method)) return undefined
    if (trouble.times !== undefined) {
      trouble.times -= 1
      if (trouble.times <= 0) state.trouble = undefined
    }
    if (trouble.kind === 'limit') return { status: 429, headers: { 'retry-after': '1' }, body: { ok: false, error: 'ratelimited' } }
    if (trouble.kind === 'error') return { status: 500, body: { ok: false } }
    if (trouble.kind === 'refuse') return { body: { ok: false, error: trouble.error ?? 'not_in_channel' } }
    if (trouble.kind === 'mute') methods[method]?.(call)
    return 'hang'
  }
  const server = await recordedServer((call) => {
    const method = call.path.replace(/^\/api\//, '').replace(/\?.*$/, '')
    const reply = troubled(method, call)
    if (reply === 'hang') return new Promise<Reply>(() => undefined)
    return reply ?? methods[method]?.(call) ?? { body: { ok: false, error: 'unknown_method' } }
  })
  return Object.assign(state, server, { apiUrl: `${server.url}/api/`, messages }) as FakeSlack
}

const NAMES: Readonly<Record<string, string>> = { U0ADA0001: 'ada', U0EVE0001: 'eve' }

/** Slack's signature over the raw body. */
export const slackSignature = (secret: string, timestamp: string, body: string): string =>
  `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`

/** A signed request as Slack sends it. */
export const signedBySlack = (
  body: string,
  more: { contentType?: string; at?: Date; secret?: string; headers?: Record<string, string> } = {},
): { method: 'POST'; body: string; headers: Record<string, string> } => {
  const timestamp = String(Math.floor((more.at ?? new Date()).getTime() / 1000))
  return {
    method: 'POST',
    body,
    headers: {
      'content-type': more.contentType ?? 'application/json',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': slackSignature(more.secret ?? SLACK_SECRET, timestamp, body),
      ...more.headers,
    },
  }
}

export interface SlackWords {
  readonly text: string
  readonly user?: string
  readonly channel?: string
  readonly ts?: string
  readonly thread?: string
  readonly type?: 'app_mention' | 'message'
}

/** The time of a message as Slack writes it, some milliseconds after now. */
export const slackTime = (offset = 0): string => ((Date.now() + offset) / 1000).toFixed(6)

/** Slack's envelope around a message in a channel. */
export const slackEvent = ({
  text,
  user = 'U0ADA0001',
  channel = 'C0ROOM001',
  ts = slackTime(),
  thread,
  type = 'app_mention',
}: SlackWords): string =>
  JSON.stringify({
    type: 'event_callback',
    team_id: 'T1',
    event_id: `Ev${ts.replace('.', '')}${type}`,
    event_time: Math.floor(Number(ts)),
    event: { type, user, text, ts, channel, channel_type: 'channel', team: 'T1', ...(thread ? { thread_ts: thread } : {}) },
  })

/** A pressed button, as Slack sends it: a form with JSON in it. */
export const slackClick = (message: SlackMessage, action: string, value: string, user = 'U0ADA0001'): string => {
  const payload = {
    type: 'block_actions',
    user: { id: user, username: NAMES[user] ?? user, name: NAMES[user] ?? user, team_id: 'T1' },
    team: { id: 'T1' },
    channel: { id: message.channel },
    container: { type: 'message', message_ts: message.ts, channel_id: message.channel, thread_ts: message.thread_ts },
    message: { ts: message.ts, thread_ts: message.thread_ts },
    trigger_id: `trigger-${Math.random()}`,
    actions: [{ action_id: action, value, type: 'button', action_ts: slackTime() }],
  }
  return new URLSearchParams({ payload: JSON.stringify(payload) }).toString()
}

/** The buttons of a card: the value of each by its action. */
export const buttonsOf = (message: SlackMessage): Record<string, string> =>
  Object.fromEntries(
    message.blocks
      .flatMap(({ elements }) => (Array.isArray(elements) ? elements : []))
      .filter(({ type }) => type === 'button')
      .map(({ action_id, value }) => [String(action_id), String(value)]),
  )
