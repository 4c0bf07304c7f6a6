import { type ConsumerMessages, DeliverPolicy } from '@nats-io/jetstream'
import type { Logger } from 'pino'
import type { Stored } from '../envelope.ts'
import { messageOf } from '../errors.ts'
import { Streams } from '../subjects.ts'
import type { Connection } from './connect.ts'
import { patiently, wait } from './patience.ts'
import { storedOf } from './read.ts'

export interface Tail {
  /** Resolves when it follows no more: after the stop, or when the connection is closed for good. */
  readonly ended: Promise<void>
  stop(): Promise<void>
}

/** A stream's present life: another creation time, or fewer messages than seen, means another store. */
export interface StreamLife {
  readonly created: string
  readonly lastSequence: number
}

/** The present life of EVENTS; a bus that is away is waited for. Throws when there is no such stream. */
export const lifeOfEvents = async (connection: Connection): Promise<StreamLife> => {
  const info = await patiently(connection, () => connection.jsm.streams.info(Streams.events))
  return { created: info.created, lastSequence: info.state.last_seq }
}

interface Following {
  readonly filters: readonly string[]
  /** The life of the stream that is followed; the tail begins after its last sequence. */
  readonly born: StreamLife
  readonly onMessage: (message: Stored) => void
  readonly onLost: (why: string) => void
  readonly log: Logger
}

/**
 * Follows EVENTS with one ordered consumer, from where `born` ends, until the connection is closed for good. When the stream is
 * another one than `born` after a reconnect, `onLost` is called once and the tail ends: the caller starts anew.
 */
export const followEvents = (connection: Connection, input: Following): Tail => {
  const { born } = input
  const stopping = new AbortController()
  const pulling = pullInOrder(connection, input, stopping.signal)
  const end = (): void => {
    forget()
    stopping.abort()
    pulling.again()
  }
  const forget = connection.onReconnect(() => {
    pulling.again()
    void look()
  })
  /** Several reconnects look at once; the first that finds the stream lost ends the tail. */
  const look = async (): Promise<void> => {
    const life = await lifeWhenUp(connection, stopping.signal)
    if (stopping.signal.aborted || !life || (life.created === born.created && life.lastSequence >= pulling.seen())) return
    end()
    input.onLost(`stream EVENTS is another one after the reconnect (created ${life.created}, last sequence ${life.lastSequence})`)
  }
  // What happened between the reading of `born` and now has told nobody.
  void look()
  return {
    ended: pulling.ended,
    stop: async () => {
      end()
      await pulling.ended
    },
  }
}

interface Pulling {
  /** The last sequence that was handed over. */
  readonly seen: () => number
  /** Asks anew from there. */
  again(): void
  readonly ended: Promise<void>
}

const pullInOrder = (connection: Connection, { filters, born, onMessage, log }: Following, stopping: AbortSignal): Pulling => {
  let seen = born.lastSequence
  let messages: ConsumerMessages | undefined
  const pull = async (): Promise<void> => {
    const ordered = { filter_subjects: [...filters], deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: seen + 1 }
    const consumer = await patiently(connection, () => connection.js.consumers.get(Streams.events, ordered), stopping)
    messages = await consumer.consume({
      max_messages: 500,
      expires: 10_000,
      callback: (m) => {
        if (m.seq <= seen) return
        seen = m.seq
        onMessage(storedOf(m))
      },
    })
    if (stopping.aborted) messages.stop()
    endWhenSilent(messages).catch(() => undefined) // what ends it badly, `closed` tells too
    await messages.closed()
  }
  const loop = async (): Promise<void> => {
    while (!stopping.aborted && !connection.nc.isClosed()) {
      await pull().catch((error) => {
        if (!stopping.aborted && !connection.nc.isClosed())
          log.warn({ error: messageOf(error) }, 'the tail of events was interrupted and is taken up again')
      })
      await wait(100, stopping).catch(() => undefined) // only the stop ends this pause
    }
  }
  return { seen: () => seen, again: () => messages?.stop(), ended: loop() }
}

/** A consumer that died with its node of a cluster is not always made anew by the client [seen with 3.4.0]: ended, it is by us. */
const endWhenSilent = async (messages: ConsumerMessages): Promise<void> => {
  for await (const { type } of messages.status()) if (type === 'heartbeats_missed') messages.stop()
}

/** Undefined when we stop meanwhile, or the connection is closed for good. */
const lifeWhenUp = async (connection: Connection, signal: AbortSignal): Promise<StreamLife | undefined> => {
  while (!signal.aborted && !connection.nc.isClosed()) {
    try {
      return await lifeOfEvents(connection)
    } catch {
      await wait(200, signal).catch(() => undefined) // JetStream is still starting: asked again until it answers or we stop
    }
  }
  return undefined
}
