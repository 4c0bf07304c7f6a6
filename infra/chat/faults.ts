import { messageOf, NeedsHuman, RetryAfter } from '../../bus/errors.ts'

/** What a platform's refusal means for whoever wanted to post. */
export type PlatformFault = { readonly kind: 'gone' } | { readonly kind: 'same' } | { readonly kind: 'error'; readonly error: Error }

/** What the clients and adapters say of a failed call, as far as it is read here. */
export interface Said {
  readonly code?: unknown
  readonly status?: unknown
  readonly retryAfter?: unknown
  readonly data?: { readonly error?: unknown }
  readonly originalError?: Said
  readonly message?: unknown
}

/** What a failed call means: the message is not there, it says the same already, only a person helps, or it may work after a while. */
type Meaning = 'gone' | 'same' | 'hopeless' | { readonly delayMs: number }

/** Reads a platform's own words for a failed call; `text` is the error's. Pure. */
export type ReadFault = (said: Said, text: string) => Meaning | undefined

/** When a platform asks for patience and does not say how much. */
const PATIENCE_MS = 30_000

/** Milliseconds of the seconds that a platform asks for. Pure. */
export const patienceOf = (seconds: unknown): number => {
  const number = Number(seconds)
  return seconds !== undefined && Number.isFinite(number) ? Math.max(1000, Math.ceil(number * 1000)) : PATIENCE_MS
}

/** Reads a failed call of a platform: its own words first, then those that the adapters share. Pure. */
export const platformFault = (platform: string, thrown: unknown, readOwn: ReadFault | undefined): PlatformFault => {
  const said: Said = typeof thrown === 'object' && thrown !== null ? thrown : {}
  const text = messageOf(thrown)
  const meaning = readOwn?.(said, text) ?? readShared(said)
  if (meaning === 'gone' || meaning === 'same') return { kind: meaning }
  if (typeof meaning === 'object')
    return { kind: 'error', error: new RetryAfter(meaning.delayMs, `${platform} asks for patience: ${text}`, { cause: thrown }) }
  const reason = `${platform} did not take a message: ${text.slice(0, 500)}`
  if (meaning === undefined) return { kind: 'error', error: new Error(reason, { cause: thrown }) }
  return {
    kind: 'error',
    error: new NeedsHuman(`${reason}; look at [gateway.chat.${platform}] and at the bot's rights there`, { cause: thrown }),
  }
}

const readShared = ({ code, retryAfter, originalError }: Said): Meaning | undefined => {
  if (code === 'RATE_LIMITED') return { delayMs: patienceOf(retryAfter) }
  const isRefused = code === 'PERMISSION_DENIED' || code === 'AUTH_FAILED' || originalError?.status === 401 || originalError?.status === 403
  return isRefused ? 'hopeless' : undefined
}
