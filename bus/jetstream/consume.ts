import type { ConsumerMessages, JsMsg } from '@nats-io/jetstream'
import type { Logger } from 'pino'
import type { Stored } from '../envelope.ts'
import { messageOf } from '../errors.ts'
import type { Connection } from './connect.ts'
import { patiently, wait } from './patience.ts'
import { headerReader } from './read.ts'

/** A stored message that a durable consumer handed to us, with the five acknowledgements of it. */
export interface Delivery extends Stored {
  readonly deliveries: number
  /** All headers by name, for a copy. */
  readonly headers: () => Record<string, string>
  readonly ack: () => void
  readonly nak: () => void
  readonly term: (reason: string) => void
  readonly working: () => void
}

/** One that came by its durable. */
export interface Consumed extends Delivery {
  /** How many messages of the durable stood behind this one when it was delivered. */
  readonly pending: number
  /** Of the body. */
  readonly bytes: number
}

/** A message that is at work here. The bus may deliver it again meanwhile; the acknowledgement goes to the last delivery. */
interface AtWork {
  last: JsMsg
}

/** A closed connection has nobody to tell: the message comes again, and its answer is found in the stream. */
const deliveryOf = ({ nc }: Connection, m: JsMsg, work: AtWork, acks: Acks, done: () => void): Consumed => ({
  subject: m.subject,
  header: headerReader(m),
  headers: () => Object.fromEntries([...(m.headers ?? [])].map(([name, values]) => [name, values[0] ?? ''])),
  body: () => m.string(),
  sequence: m.seq,
  stamp: m.info.timestampNanos,
  get time() {
    return new Date(Number(m.timestampNanos / 1_000_000n)).toISOString()
  },
  deliveries: m.info.deliveryCount,
  pending: m.info.pending,
  bytes: m.data.length,
  ack: () => acks.send(work, done),
  nak: () => {
    done()
    if (!nc.isClosed()) work.last.nak()
  },
  term: (reason) => {
    done()
    if (!nc.isClosed()) work.last.term(reason)
  },
  working: () => {
    if (!nc.isClosed()) work.last.working()
  },
})

/**
 * Hands a message over once until it is acknowledged: a bus that stood still, or was away for longer than the ack wait, delivers
 * again what is still at work here, and an agent would be asked a second time.
 */
const onceAtATime = (connection: Connection, acks: Acks, onDelivery: (delivery: Consumed) => void): ((m: JsMsg) => void) => {
  const atWork = new Map<string, AtWork>()
  return (m) => {
    // The time too: after a loss of the store the same sequence is another message.
    const key = `${m.seq} ${m.info.timestampNanos}`
    const already = atWork.get(key)
    if (already) {
      already.last = m
      if (!connection.nc.isClosed()) m.working()
      return
    }
    const work = { last: m }
    atWork.set(key, work)
    onDelivery(deliveryOf(connection, m, work, acks, () => atWork.delete(key)))
  }
}

interface Acks {
  /** Acknowledges the last delivery of what was at work, soon; `done` is called then. */
  send(work: AtWork, done: () => void): void
}

const REMEMBERED = 256
const REMEMBERED_MS = 10_000

/**
 * Acknowledgements are not waited for: they go with what is published next (the next hop of a chain, mostly), but for those
 * without which the bus does not send the next message. A bus that dies takes the last ones along and holds
 * their messages back for seconds after it is up again [tried on 2.15.1]: they are sent once more after a reconnect, for
 * repeating one changes nothing.
 */
const sendAcks = (connection: Connection, { isNextHeldBack }: { isNextHeldBack: boolean }): Acks & { stop: () => void } => {
  let recent: { subject: string; at: number }[] = []
  const stop = connection.onReconnect(() => {
    const since = Date.now() - REMEMBERED_MS
    for (const { subject, at } of recent) if (at > since) connection.nc.publish(subject, '+ACK')
  })
  const remember = (m: JsMsg): void => {
    if (recent.length >= REMEMBERED * 2) recent = recent.slice(-REMEMBERED)
    // The class has its reply subject, the interface does not show it.
    if ('reply' in m && typeof m.reply === 'string') recent.push({ subject: m.reply, at: Date.now() })
  }
  const { rideAlong } = connection
  const send = (work: AtWork, done: () => void): void => {
    rideAlong.add(() => {
      done()
      remember(work.last)
      if (!connection.nc.isClosed()) work.last.ack()
    })
    if (isNextHeldBack) rideAlong.send()
  }
  return { send, stop }
}

export interface Consumption {
  /** Asks the durable anew, at once, also after a pause: it was made again, and what was asked of the old one is never answered. */
  restart(): void
  /** Resolves when it asks no more: after the stop, or when the connection is closed for good. */
  readonly ended: Promise<void>
  /** Asks for no more messages until it is started again; returns when none comes any more. */
  pause(): Promise<void>
  /** Asks for no more messages; what was handed over stays with us. */
  stop(): Promise<void>
}

/**
 * Hands every message of a durable to `onDelivery` as it comes; at most `max_ack_pending` are out at a time.
 * A lost subscription or a bus that was away is taken up again, until the connection is closed for good.
 */
export const consumeDurable = (
  connection: Connection,
  input: { stream: string; durable: string; slots: number; onDelivery: (delivery: Consumed) => void; log: Logger },
): Consumption => {
  const stopping = new AbortController()
  const acks = sendAcks(connection, { isNextHeldBack: input.slots === 1 })
  const callback = onceAtATime(connection, acks, input.onDelivery)
  let messages: ConsumerMessages | undefined
  let pulled: Promise<unknown> = Promise.resolve()
  let paused: PromiseWithResolvers<void> | undefined
  const isOver = (): boolean => stopping.signal.aborted || paused !== undefined
  const pull = async (): Promise<void> => {
    const consumer = await patiently(connection, () => connection.js.consumers.get(input.stream, input.durable), stopping.signal)
    if (isOver()) return
    messages = await consumer.consume({
      max_messages: input.slots,
      expires: 10_000,
      callback,
    })
    if (isOver()) messages.stop()
    await messages.closed()
  }
  const interrupted = (error: unknown): void => {
    if (stopping.signal.aborted || connection.nc.isClosed()) return
    input.log.warn({ fn: input.durable, error: messageOf(error) }, 'pulling was interrupted and is taken up again')
  }
  const loop = (async () => {
    while (!stopping.signal.aborted && !connection.nc.isClosed()) {
      await paused?.promise
      pulled = pull().catch(interrupted)
      await pulled
      await wait(100, stopping.signal).catch(() => undefined) // only the stop ends this pause
    }
  })()
  const restart = (): void => {
    messages?.stop()
    paused?.resolve()
    paused = undefined
  }
  return {
    restart,
    ended: loop,
    pause: async () => {
      paused ??= Promise.withResolvers()
      messages?.stop()
      await pulled
    },
    stop: async () => {
      acks.stop()
      stopping.abort()
      restart()
      await loop
    },
  }
}
