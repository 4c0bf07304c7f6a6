import { messageOf, NeedsHuman, RetryAfter } from '../../bus/errors.ts'

/** What a platform's refusal means for whoever wanted to post. */
export type PlatformFault = { readonly kind: 'gone' } | { readonly kind: 'same' } | { readonly kind: 'error'; readonly error: Error }

/** What the clients and adapters say of a failed call, as far as it is read here. */
interface Said {
  readonly code?: unknown
  readonly status?: unknown
  readonly retryAfter?: unknown
  readonly data?: { readonly error?: unknown }
  readonly originalError?: Said
  readonly message?: unknown
}

/** No retry helps against these; a person must look at the platform's settings. */
const FOR_GOOD: readonly string[] = [
  'invalid_auth',
  'not_authed',
  'account_inactive',
  'token_revoked',
  'token_expired',
  'missing_scope',
  'channel_not_found',
  'not_in_channel',
  'is_archived',
  'restricted_action',
  'PERMISSION_DENIED',
  'AUTH_FAILED',
]
const GONE: readonly string[] = ['message_not_found', 'cant_update_message', 'edit_window_closed']
/** Discord's own numbers: unknown channel, missing access, cannot send, missing permissions; unknown message, not the author. */
const DISCORD_FOR_GOOD: readonly number[] = [10003, 50001, 50007, 50013]
const DISCORD_GONE: readonly number[] = [10008, 50005]
/** When a platform asks for patience and does not say how much. */
const PATIENCE_MS = 30_000

/** Reads a failed call of a platform. Pure. */
export const platformFault = (platform: string, thrown: unknown): PlatformFault => {
  const said: Said = typeof thrown === 'object' && thrown !== null ? thrown : {}
  const word = [said.data?.error, said.code].find((one) => typeof one === 'string' && (GONE.includes(one) || FOR_GOOD.includes(one)))
  const inner = discordBody(said.originalError)
  const text = messageOf(thrown)
  const delay = delayOf(said) ?? (said.originalError?.status === 429 ? seconds(inner.retry_after) : undefined)
  if (delay !== undefined)
    return { kind: 'error', error: new RetryAfter(delay, `${platform} asks for patience: ${text}`, { cause: thrown }) }
  if (/message is not modified/i.test(text)) return { kind: 'same' }
  const isGone = GONE.includes(String(word)) || DISCORD_GONE.includes(Number(inner.code)) || /message to edit not found/i.test(text)
  if (isGone) return { kind: 'gone' }
  const reason = `${platform} did not take a message: ${text.slice(0, 500)}`
  const status = said.originalError?.status
  if (word !== undefined || DISCORD_FOR_GOOD.includes(Number(inner.code)) || status === 401 || status === 403)
    return {
      kind: 'error',
      error: new NeedsHuman(`${reason}; look at [gateway.chat.${platform}] and at the bot's rights there`, { cause: thrown }),
    }
  return { kind: 'error', error: new Error(reason, { cause: thrown }) }
}

const delayOf = (said: Said): number | undefined => {
  const isLimit = said.code === 'slack_webapi_rate_limited_error' || said.code === 'RATE_LIMITED' || said.data?.error === 'ratelimited'
  return isLimit ? (seconds(said.retryAfter) ?? PATIENCE_MS) : undefined
}

const seconds = (value: unknown): number | undefined => {
  const number = Number(value)
  return value !== undefined && Number.isFinite(number) ? Math.max(1000, Math.ceil(number * 1000)) : undefined
}

/** Discord's error is the text of its answer. */
const discordBody = (said: Said | undefined): { code?: unknown; retry_after?: unknown } => {
  if (typeof said?.message !== 'string' || !said.message.startsWith('{')) return {}
  try {
    const parsed: unknown = JSON.parse(said.message)
    return typeof parsed === 'object' && parsed !== null ? parsed : {}
  } catch {
    return {} // cut off or no JSON; the status says what it is
  }
}
