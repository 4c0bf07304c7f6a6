import type { ConsumerMessages, JsMsg } from '@nats-io/jetstream'
import type { Logger } from 'pino'
import type { Stored } from '../envelope.ts'
import { messageOf } from '../errors.ts'
import type { Connection } from './connect.ts'
import { wait } from './publish.ts'

/** A stored message that a durable consumer handed to us, with the five verdicts on it. */
export interface Delivery extends Stored {
  readonly deliveries: number
  /** The publisher's `Nats-Msg-Id`, if any. */
  readonly messageId: string
  /** All headers by name, for a copy. */
  readonly headers: () => Record<string, string>
  readonly ack: () => void
  readonly nak: () => void
  readonly term: (reason: string) => void
  readonly working: () => void
}

export const deliveryOf = (m: JsMsg): Delivery => ({
  subject: m.subject,
  header: (name) => m.headers?.get(name) ?? '',
  headers: () => Object.fromEntries([...(m.headers ?? [])].map(([name, values]) => [name, values[0] ?? ''])),
  body: () => m.string(),
  sequence: m.seq,
  get time() {
    return new Date(Number(m.timestampNanos / 1_000_000n)).toISOString()
  },
  deliveries: m.info.deliveryCount,
  messageId: m.headers?.get('Nats-Msg-Id') ?? '',
  ack: () => m.ack(),
  nak: () => m.nak(),
  term: (reason) => m.term(reason),
  working: () => m.working(),
})

export interface Consumption {
  /** Asks for no more messages; what was handed over stays with us. */
  stop(): Promise<void>
}

/**
 * Hands every message of a durable to `onDelivery` as it comes; at most `max_ack_pending` are out at a time.
 * Goes on for ever: a lost subscription or a bus that was away is taken up again.
 */
export const consumeDurable = (
  connection: Connection,
  input: { stream: string; durable: string; slots: number; onDelivery: (delivery: Delivery) => void; log: Logger },
): Consumption => {
  const stopping = new AbortController()
  let messages: ConsumerMessages | undefined
  const pull = async (): Promise<void> => {
    const consumer = await connection.js.consumers.get(input.stream, input.durable)
    if (stopping.signal.aborted) return
    messages = await consumer.consume({
      max_messages: input.slots,
      expires: 10_000,
      callback: (m) => input.onDelivery(deliveryOf(m)),
    })
    if (stopping.signal.aborted) messages.stop()
    await messages.closed()
  }
  const forget = connection.onReconnect(() => messages?.stop())
  const loop = (async () => {
    while (!stopping.signal.aborted) {
      try {
        await pull()
      } catch (error) {
        if (stopping.signal.aborted) return
        input.log.warn({ fn: input.durable, error: messageOf(error) }, 'pulling was interrupted and is taken up again')
      }
      await wait(100, stopping.signal).catch(() => undefined) // only the stop ends this pause
    }
  })()
  return {
    stop: async () => {
      forget()
      stopping.abort()
      messages?.stop()
      await loop
    },
  }
}
