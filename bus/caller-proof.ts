import { createHmac, randomUUID } from 'node:crypto'
import { isSameSecret } from './same-secret.ts'

/**
 * Headers by which our own programs say who they are. The operator's secret never goes over the bus, where others may read along:
 * a code shows that it is known, for this very request and once.
 */
export const CallerHeaders = {
  proof: 'cortex-operator',
  once: 'cortex-once',
  at: 'cortex-at',
  by: 'cortex-by',
  channel: 'cortex-channel',
} as const

export interface Identity {
  readonly secret: string
  readonly by: string
  readonly channel: string
}

interface Asked {
  readonly subject: string
  readonly body: string
}

/** What the headers of a request say, by name. */
type Header = (name: string) => string

/** How long after it was made a proof counts: longer than any request is under way. */
const FRESH_MS = 120_000

const { proof, ...said } = CallerHeaders

const codeOf = (secret: string, { subject, body }: Asked, header: Header): string =>
  createHmac('sha256', secret)
    .update(JSON.stringify(['asks', subject, ...Object.values(said).map(header), body]))
    .digest('base64url')

/** The headers of a request that somebody makes who knows the secret. */
export const callerHeaders = ({ secret, by, channel }: Identity, asked: Asked, now = new Date()): Record<string, string> => {
  const headers: Record<string, string> = {
    [said.once]: randomUUID(),
    [said.at]: now.toISOString(),
    // White space around it would be lost on its way.
    [said.by]: by.trim(),
    [said.channel]: channel,
  }
  return { ...headers, [proof]: codeOf(secret, asked, (name) => headers[name] ?? '') }
}

/** Tells whether who asks knows the secret. The same request again, as somebody may send it who read it on its way, does not count. */
export const proofsOf = (secret: string, now: () => number = Date.now): ((asked: Asked, header: Header) => boolean) => {
  /** Codes that counted, oldest first, and when. */
  const counted = new Map<string, number>()
  return (asked, header) => {
    const code = header(proof)
    if (code === '' || !isSameSecret(code, codeOf(secret, asked, header))) return false
    const at = now()
    for (const [old, since] of counted) {
      if (at - since <= 2 * FRESH_MS) break
      counted.delete(old)
    }
    if (counted.has(code) || !(Math.abs(at - Date.parse(header(said.at))) <= FRESH_MS)) return false
    counted.set(code, at)
    return true
  }
}
