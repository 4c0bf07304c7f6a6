import { createHmac, randomUUID } from 'node:crypto'
import { step } from './next-steps.ts'
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
/** How long one that counted must be remembered: its maker's clock may be ahead. */
export const REMEMBERED_MS = 2 * FRESH_MS

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

/** Where a service announces in its metadata how it is shown who asks: 1 is the code. A version that took the secret itself announced nothing. */
export const PROOF_FORM = 'cortex-proof'

/** What a request's headers show of who asks. */
export type CallerProof =
  | { readonly kind: 'shown' | 'absent' }
  /** The secret itself, as older versions send it; a form that is not known; the code of another secret; a request that counted already. */
  | { readonly kind: 'secret' | 'unknown' | 'wrong' | 'again' }
  /** The right code, too long before now, or after it (negative). */
  | { readonly kind: 'stale'; readonly ms: number }

/** Looks at who asks. The same request again, as somebody may send it who read it on its way, does not count: what this process remembers. */
export const proofsOf = (secret: string, now: () => number = Date.now): ((asked: Asked, header: Header) => CallerProof) => {
  /** Codes that counted, oldest first, and when. */
  const counted = new Map<string, number>()
  return (asked, header) => {
    const code = header(proof)
    if (code === '') return { kind: 'absent' }
    const madeAt = Date.parse(header(said.at))
    if (header(said.once) === '' || Number.isNaN(madeAt)) return { kind: isSameSecret(code, secret) ? 'secret' : 'unknown' }
    if (!isSameSecret(code, codeOf(secret, asked, header))) return { kind: 'wrong' }
    const at = now()
    if (Math.abs(at - madeAt) > FRESH_MS) return { kind: 'stale', ms: at - madeAt }
    for (const [old, since] of counted) {
      if (at - since <= REMEMBERED_MS) break
      counted.delete(old)
    }
    if (counted.has(code)) return { kind: 'again' }
    counted.set(code, at)
    return { kind: 'shown' }
  }
}

/** Why nothing is done for a request that counted already. */
export const CAME_AGAIN = 'the same request came a second time, and counts once: ask anew'

/** Why nothing is done in the name of who shows that, and what to do, in a sentence; undefined where nothing is wrong. */
export const whyNotShown = (shown: CallerProof, version: string): string | undefined => {
  switch (shown.kind) {
    case 'shown':
    case 'absent':
      return undefined
    case 'secret':
      return `the command comes from an older version, which sends the operator's secret itself over the bus: update it to ${version}, the version of the running system`
    case 'unknown':
      return `the request shows who asks in a way that the running system (${version}) does not know: command and system are of two versions; update the older one, and restart the system with "${step('up')}"`
    case 'wrong':
      return `the request was signed with another secret than that of the data folder that the running system uses: name that one with --data; several data folders on one bus need the same file operator-secret`
    case 'stale':
      return `the clock of who asks is ${Math.round(Math.abs(shown.ms) / 1000)} s ${shown.ms > 0 ? 'behind' : 'ahead of'} that of the running system, and a request counts for ${FRESH_MS / 1000} s: set both clocks right, and ask again`
    case 'again':
      return CAME_AGAIN
  }
}
