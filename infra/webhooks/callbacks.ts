import { Webhook } from 'standardwebhooks'
import { messageOf } from '../../bus/errors.ts'
import type { CallbackResult, Callbacks } from '../../functions/callback/callback-ports.ts'
import { OWN_CALLBACK } from '../../functions/callback/receivers.ts'
import { ClosedAddress, closedHost, isPublicAddress } from '../../gateway/http/public-address.ts'
import { createPlaces, type PlacesOptions } from './places.ts'
import { post } from './post.ts'

interface Secret {
  readonly bytes: Uint8Array
}
/** Whom we tell: by its name, or with `url` open, the task's own. */
interface Receiver {
  readonly url: string
  /** Newest first; what is sent is signed with all of them. */
  readonly secrets: readonly Secret[]
  readonly allowPrivate: boolean
}

export interface CallbacksOptions {
  readonly receivers: ReadonlyMap<string, Receiver>
  /** For the callback URLs of tasks. */
  readonly own: Omit<Receiver, 'url'>
  /** For one attempt; default 15 seconds. */
  readonly timeoutMs?: number
}

const TIMEOUT_MS = 15_000
/** Addresses of which it is remembered that they want nothing any more. */
const GONE_KEPT = 1000
/** A receiver that hangs keeps half of the places of `send-callback` at most. */
const places: PlacesOptions = { atOnce: 8, waiting: 24, patienceMs: 2000, shortestMs: 6000, longestMs: 600_000 }

/** The `Callbacks` service. */
export const createCallbacks = ({ receivers, own, timeoutMs = TIMEOUT_MS }: CallbacksOptions): Callbacks => {
  const gone = new Set<string>()
  const keepGone = (address: string): void => {
    gone.add(address)
    // The one that said so first is asked again when it is told of the next task, and says so again.
    if (gone.size > GONE_KEPT) gone.delete(gone.values().next().value ?? '')
  }
  const placeAt = createPlaces(places)

  const attempt = async (receiver: Receiver, url: URL, input: Parameters<Callbacks['post']>[0]): Promise<CallbackResult> => {
    const headers = headersOf(receiver, input)
    const signal = AbortSignal.any([input.signal, AbortSignal.timeout(timeoutMs)])
    const isAllowed = receiver.allowPrivate ? () => true : isPublicAddress
    try {
      const answer = await post({ url, headers, body: input.body, isAllowed, signal })
      const result = judgeAnswer(url, answer, input.at)
      if (result.outcome === 'gone') keepGone(url.href)
      return result.outcome === 'delivered' ? { ...result, isSigned: receiver.secrets.length > 0 } : result
    } catch (error) {
      input.signal.throwIfAborted()
      if (error instanceof ClosedAddress) return { outcome: 'refused', reason: privateWords(url, error.message) }
      const why = signal.aborted ? `did not answer within ${timeoutMs / 1000} s` : `could not be reached: ${wordsOf(error)}`
      return { outcome: 'missed', reason: `${url.host} ${why}` }
    }
  }

  return {
    post: async (input) => {
      const receiver =
        input.receiver === OWN_CALLBACK ? input.url !== undefined && { ...own, url: input.url } : receivers.get(input.receiver)
      if (!receiver) return { outcome: 'refused', reason: `there is no receiver "${input.receiver}" in [gateway.webhooks.out]` }
      const url = URL.parse(receiver.url)
      const fault = url ? faultOf(url, receiver) : 'its URL is none'
      if (!url || fault) return { outcome: 'refused', reason: fault ?? '' }
      if (gone.has(url.href))
        return { outcome: 'gone', reason: `${url.host} wants nothing any more (410); after a restart it is asked again` }
      const place = await placeAt(url.host)
      if ('comeAgainMs' in place) return { outcome: 'busy', comeAgainMs: place.comeAgainMs }
      try {
        return await attempt(receiver, url, input)
      } finally {
        place.leave()
      }
    },
  }
}

const privateWords = (url: URL, why: string): string =>
  `${url.host}: ${why}, to which nothing is sent; [gateway.webhooks] allow_private and callback_allow_private change that`

/** Why nothing may be sent there, in words that tell no secret of the URL. */
const faultOf = (url: URL, { allowPrivate }: Receiver): string | undefined => {
  if (!['http:', 'https:'].includes(url.protocol)) return `its URL begins with ${url.protocol}, but must with http: or https:`
  if (url.username || url.password) return `the URL of ${url.host} has a name or a password in it, which is never sent`
  const closed = allowPrivate ? undefined : closedHost(url, isPublicAddress)
  return closed && privateWords(url, `it ${closed}`)
}

/** Those of Standard Webhooks; the timestamp is the attempt's. Without a secret there is no signature, so that nobody takes it for one. */
const headersOf = ({ secrets }: Receiver, { id, at, body }: { id: string; at: Date; body: string }): Record<string, string> => {
  const signatures = secrets.map(({ bytes }) => new Webhook(bytes, { format: 'raw' }).sign(id, at, body))
  return {
    'content-type': 'application/json',
    'user-agent': 'cortex',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    ...(signatures.length > 0 && { 'webhook-signature': signatures.join(' ') }),
  }
}

/** 2xx alone is success, 410 a word for good; the rest may be otherwise another time. */
const judgeAnswer = (
  { host }: URL,
  { status, headers }: Awaited<ReturnType<typeof post>>,
  now: Date,
): Exclude<CallbackResult, { outcome: 'delivered' }> | { outcome: 'delivered'; status: number } => {
  if (status >= 200 && status < 300) return { outcome: 'delivered', status }
  if (status === 410) return { outcome: 'gone', reason: `${host} answered 410: it wants nothing any more` }
  const redirected = status >= 300 && status < 400 ? ', a redirect, which is not followed' : ''
  const retryAfterMs = retryAfter(headers['retry-after'], now)
  return { outcome: 'missed', reason: `${host} answered ${status}${redirected}`, ...(retryAfterMs && { retryAfterMs }) }
}

/** Milliseconds from now; seconds or a date in the header. */
const retryAfter = (header: string | undefined, now: Date): number | undefined => {
  if (header === undefined) return undefined
  const ms = /^\d{1,9}$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now.getTime()
  return ms > 0 ? ms : undefined
}

/** A failed connection to several addresses has no words of its own, but a code. */
const wordsOf = (error: unknown): string => messageOf(error) || (error instanceof Error && 'code' in error ? String(error.code) : 'unknown')
