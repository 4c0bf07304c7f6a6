/** What came of one attempt to tell a receiver. */
export type CallbackResult =
  | { outcome: 'delivered'; status: number; isSigned: boolean }
  /** It may take it at another time, not before `retryAfterMs` from now. */
  | { outcome: 'missed'; reason: string; retryAfterMs?: number }
  /** It wants nothing any more (410): until the next start nothing is sent to it. */
  | { outcome: 'gone'; reason: string }
  /** It may not be told: not configured, no web address, a closed one. */
  | { outcome: 'refused'; reason: string }
  /** Too many others wait for it at this moment: nothing was sent. There should be a place after `comeAgainMs`. */
  | { outcome: 'busy'; comeAgainMs: number }

export interface Callbacks {
  /**
   * Posts `body` as a Standard Webhook to a configured receiver, or with `url` to a task's own. `id` is the same for every
   * attempt, so that the receiver can drop repeats. Never throws for what a receiver does; throws only when aborted.
   */
  post(input: {
    receiver: string
    url?: string | undefined
    id: string
    at: Date
    body: string
    signal: AbortSignal
  }): Promise<CallbackResult>
}
