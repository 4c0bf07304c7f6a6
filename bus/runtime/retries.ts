import type { AnyFunction } from '../define-function.ts'
import { type Duration, milliseconds } from '../duration.ts'
import type { Stored, Wire } from '../envelope.ts'
import { NeedsHuman, NotRetryable, RetryAfter } from '../errors.ts'
import type { Delivery } from '../jetstream/consume.ts'
import { retrySubject, scheduleSubject } from '../subjects.ts'

/** What the bus delivered: an original fact, or the copy of one that is tried again. */
export interface Original {
  readonly message: Stored
  /** 1 for the first try. */
  readonly attempt: number
  readonly isCopy: boolean
  /** How often a person sent it again from the dead letters. */
  readonly redrive: () => number
}

const SUBJECT = 'cortex-original-subject'
const SEQUENCE = 'cortex-original-sequence'
const TIME = 'cortex-original-time'
const ATTEMPT = 'cortex-attempt'
const REDRIVE = 'cortex-redrive'

const redriveOf = ({ header }: Pick<Stored, 'header'>): number => Number(header(REDRIVE) || '0')

/** Restores the original of a copy; anything else is its own original. */
export const restore = (fn: string, delivery: Delivery): Original => {
  if (!delivery.subject.startsWith(`retry.${fn}.`))
    return { message: delivery, attempt: 1, isCopy: false, redrive: () => redriveOf(delivery) }
  const header = (name: string): string => (name.startsWith('Nats-') ? '' : delivery.header(name))
  return {
    message: {
      subject: delivery.header(SUBJECT),
      header,
      body: delivery.body,
      sequence: Number(delivery.header(SEQUENCE)),
      time: delivery.header(TIME),
    },
    attempt: Number(delivery.header(ATTEMPT) || '1'),
    isCopy: true,
    redrive: () => redriveOf(delivery),
  }
}

/** The headers of an original without what belongs to one message only. */
const carried = (message: Pick<Stored, 'subject' | 'sequence' | 'time'>, headers: Record<string, string>): Record<string, string> => ({
  ...Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('ce-') || name === 'traceparent')),
  [SUBJECT]: message.subject,
  [SEQUENCE]: String(message.sequence),
  [TIME]: message.time,
})

export interface Copy extends Wire {
  messageId: string
}

/**
 * The copy of a message that its function shall see again at `at`: a schedule whose target only this function hears.
 * Its id carries the attempt, for the bare event id would be dropped as a duplicate.
 */
export const retryCopy = (fn: string, original: Original, headers: Record<string, string>, at: Date): Copy => {
  const { message, attempt, redrive } = original
  const [id, event] = [message.header('ce-subject'), message.header('ce-id')]
  return {
    subject: scheduleSubject(fn, id, event),
    messageId: `${event}:${fn}:${redrive()}:${attempt + 1}`,
    headers: {
      ...carried(message, headers),
      [ATTEMPT]: String(attempt + 1),
      [REDRIVE]: String(redrive()),
      'Nats-Schedule': `@at ${at.toISOString()}`,
      'Nats-Schedule-Target': retrySubject(fn, id, event),
    },
    body: message.body(),
  }
}

/** A dead letter's message, sent to its function again at once, with all its attempts before it. */
export const redriveCopy = (
  fn: string,
  message: Pick<Stored, 'subject' | 'sequence' | 'time' | 'body'>,
  headers: Record<string, string>,
  redrive: number,
): Copy => ({
  subject: retrySubject(fn, headers['ce-subject'] ?? '', headers['ce-id'] ?? ''),
  messageId: `${headers['ce-id']}:${fn}:${redrive}:1`,
  headers: { ...carried(message, headers), [ATTEMPT]: '1', [REDRIVE]: String(redrive) },
  body: message.body(),
})

export type AfterFailure = { kind: 'again'; afterMs: number } | { kind: 'dead'; needsHuman: boolean }

/** What a failure means for the message, by intent. Ordered functions never give up on a failing surrounding. */
export const judgeFailure = (fn: AnyFunction, error: unknown, attempt: number): AfterFailure => {
  if (error instanceof NotRetryable) return { kind: 'dead', needsHuman: false }
  if (error instanceof NeedsHuman) return { kind: 'dead', needsHuman: true }
  if (fn.ordered) return { kind: 'again', afterMs: Math.min(30_000, 250 * 2 ** Math.min(attempt, 10)) }
  if (attempt >= fn.retry.attempts) return { kind: 'dead', needsHuman: false }
  if (error instanceof RetryAfter) return { kind: 'again', afterMs: error.delayMs }
  const pause: Duration = fn.retry.backoff[Math.min(attempt, fn.retry.backoff.length) - 1] ?? '1s'
  return { kind: 'again', afterMs: milliseconds(pause) }
}
