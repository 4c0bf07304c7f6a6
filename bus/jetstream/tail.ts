import { type ConsumerMessages, DeliverPolicy } from '@nats-io/jetstream'
import type { Logger } from 'pino'
import type { Stored } from '../envelope.ts'
import { messageOf } from '../errors.ts'
import { Streams } from '../subjects.ts'
import type { Connection } from './connect.ts'
import { patiently, wait } from './patience.ts'
import { storedOf } from './read.ts'

export interface Tail {
  stop(): Promise<void>
}

/** What identifies a stream's present life: another creation time, or fewer messages than seen, means another store. */
interface StreamLife {
  created: string
  lastSequence: number
}

const lifeOf = async ({ jsm }: Connection): Promise<StreamLife> => {
  const info = await jsm.streams.info(Streams.events)
  return { created: info.created, lastSequence: info.state.last_seq }
}

/**
 * Follows EVENTS from `from` on with one ordered consumer, for ever. When the stream is another one after a reconnect,
 * or nothing can be followed any more, `onLost` is called once and the tail ends: the caller starts anew.
 */
export const followEvents = async (
  connection: Connection,
  input: { filters: readonly string[]; from: number; onMessage: (message: Stored) => void; onLost: (why: string) => void; log: Logger },
): Promise<Tail> => {
  const born = await lifeOf(connection)
  const stopping = new AbortController()
  let seen = input.from - 1
  let messages: ConsumerMessages | undefined
  const follow = async (): Promise<void> => {
    const ordered = { filter_subjects: [...input.filters], deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: seen + 1 }
    const consumer = await patiently(connection, () => connection.js.consumers.get(Streams.events, ordered), stopping.signal)
    messages = await consumer.consume({
      max_messages: 500,
      expires: 10_000,
      callback: (m) => {
        if (m.seq <= seen) return
        seen = m.seq
        input.onMessage(storedOf(m))
      },
    })
    if (stopping.signal.aborted) messages.stop()
    await messages.closed()
  }
  const loop = (async () => {
    while (!stopping.signal.aborted) {
      await follow().catch((error) => {
        if (!stopping.signal.aborted)
          input.log.warn({ error: messageOf(error) }, 'the tail of events was interrupted and is taken up again')
      })
      await wait(100, stopping.signal).catch(() => undefined) // only the stop ends this pause
    }
  })()
  const forget = connection.onReconnect(() => {
    messages?.stop()
    checkLife(connection, born, () => seen, stopping, input.onLost).catch((error) =>
      input.log.error({ error: messageOf(error) }, 'after a reconnect the stream could not be looked at'),
    )
  })
  return {
    stop: async () => {
      forget()
      stopping.abort()
      messages?.stop()
      await loop
    },
  }
}

const checkLife = async (
  connection: Connection,
  born: StreamLife,
  seen: () => number,
  stopping: AbortController,
  onLost: (why: string) => void,
): Promise<void> => {
  const life = await lifeWhenUp(connection, stopping.signal)
  if (!life || (life.created === born.created && life.lastSequence >= seen())) return
  stopping.abort()
  onLost(`stream EVENTS is another one after the reconnect (created ${life.created}, last sequence ${life.lastSequence})`)
}

/** Undefined when we stop meanwhile. */
const lifeWhenUp = async (connection: Connection, signal: AbortSignal): Promise<StreamLife | undefined> => {
  while (!signal.aborted) {
    try {
      return await lifeOf(connection)
    } catch {
      await wait(200, signal).catch(() => undefined) // JetStream is still starting: asked again until it answers or we stop
    }
  }
  return undefined
}
