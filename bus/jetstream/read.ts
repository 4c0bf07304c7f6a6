import { AckPolicy, DeliverPolicy, type JsMsg, type StoredMsg } from '@nats-io/jetstream'
import type { Stored } from '../envelope.ts'
import type { StoryTypes } from '../story-model.ts'
import { factSubject, Streams } from '../subjects.ts'
import type { Connection } from './connect.ts'
import { BusAway, patiently } from './patience.ts'

/** Reads headers by name; '' for one that is not there. The client's own `get` goes through all of them for every name. */
export const headerReader = (m: Partial<Pick<JsMsg, 'headers'>>): ((name: string) => string) => {
  let values: Map<string, string> | undefined
  return (name) => {
    values ??= firstOfEach(m.headers ?? [])
    return values.get(name) ?? ''
  }
}

const firstOfEach = (headers: Iterable<[string, string[]]>): Map<string, string> => {
  const values = new Map<string, string>()
  for (const [name, [value = '']] of headers) values.set(name, value)
  return values
}

/** A message read from a stream, not delivered for work. */
export const storedOf = (m: JsMsg): Stored => ({
  subject: m.subject,
  header: headerReader(m),
  body: () => m.string(),
  sequence: m.seq,
  stamp: m.info.timestampNanos,
  get time() {
    return new Date(Number(m.timestampNanos / 1_000_000n)).toISOString()
  },
})

/**
 * Every message under the filters, oldest first, as of now, read from the stream's leader by a consumer that is
 * deleted afterwards. `lastPerSubject` gives the newest of each subject only; `headersOnly` leaves bodies out.
 */
export const readAll = (connection: Connection, stream: string, filters: readonly string[], options: ReadOptions = {}): Promise<Stored[]> =>
  patiently(connection, () => readOnce(connection, stream, filters, options))

interface ReadOptions {
  lastPerSubject?: boolean
  headersOnly?: boolean
  from?: number
  /** No more than these; the rest is read from where they end. */
  most?: number
}

const readOnce = async ({ js, jsm }: Connection, stream: string, filters: readonly string[], options: ReadOptions): Promise<Stored[]> => {
  const info = await jsm.consumers.add(stream, {
    ack_policy: AckPolicy.None,
    deliver_policy: options.from ? DeliverPolicy.StartSequence : options.lastPerSubject ? DeliverPolicy.LastPerSubject : DeliverPolicy.All,
    ...(options.from ? { opt_start_seq: options.from } : {}),
    filter_subjects: [...filters],
    mem_storage: true,
    num_replicas: 1,
    inactive_threshold: 30 * 1_000_000_000,
    ...(options.headersOnly ? { headers_only: true } : {}),
  })
  try {
    const found: Stored[] = []
    const consumer = js.consumers.getConsumerFromInfo(info)
    const wanted = Math.min(info.num_pending, options.most ?? info.num_pending)
    while (found.length < wanted) {
      const batch = Math.min(wanted - found.length, 5000)
      const before = found.length
      const messages = await consumer.fetch({ max_messages: batch, expires: 10_000 })
      for await (const m of messages) found.push(storedOf(m))
      if (found.length === before) throw new BusAway(`reading ${stream} stopped after ${before} of ${info.num_pending} messages`)
    }
    return found
  } finally {
    // The server forgets it by itself after its inactivity threshold; deleting is only sooner.
    jsm.consumers.delete(stream, info.name).catch(() => undefined)
  }
}

/** The sequence a sourced message had in the stream it came from; 0 when it was not sourced. */
export const originSequence = (message: Pick<Stored, 'header'>): number => Number(message.header('Nats-Stream-Source').split(' ')[1] ?? '0')

/** A message of MEMORY in the place that it had in EVENTS. */
export const asItWas = (message: Stored): Stored => ({ ...message, time: message.time, sequence: originSequence(message) })

/** What MEMORY has under the filters, as it lies there. */
export const readRemembered = (connection: Connection, filters: readonly string[]): Promise<Stored[]> =>
  readAll(connection, Streams.memory, filters).catch((error: { code?: number }) => {
    if (error.code === 10059) return [] // a catalogue of which nothing is remembered has no such stream
    throw error
  })

/** All facts of one id in the order of EVENTS. Where its beginning has left EVENTS, MEMORY's part comes first. */
export const readStoryMessages = async (connection: Connection, { begins }: Pick<StoryTypes, 'begins'>, id: string): Promise<Stored[]> => {
  const events = await readAll(connection, Streams.events, [`*.*.${id}`])
  const [first] = events
  if (first?.subject === factSubject(begins, id)) return events
  const memory = await readRemembered(connection, [`*.*.${id}`])
  // EVENTS forgets its oldest first, so what comes after its first is all there.
  const gone = memory.map(asItWas).filter(({ sequence }) => !first || sequence < first.sequence)
  // A source that was added later has brought older facts after younger ones; some, of an interrupted read, twice.
  return [...gone.sort((one, other) => one.sequence - other.sequence), ...events]
}

/** The last sequence of a story that EVENTS still has, which is what a guard compares; 0 when all of it is gone. */
export const guardedSequence = (messages: readonly Stored[]): number =>
  messages.findLast((message) => originSequence(message) === 0)?.sequence ?? 0

/** The last message of a stream under a filter, read from the leader; undefined when there is none. */
export const lastUnder = async (connection: Connection, filter: string, stream: string = Streams.events): Promise<Stored | undefined> => {
  const last = await patiently(connection, () => connection.jsm.streams.getMessage(stream, { last_by_subj: filter })).catch(
    (error: { code?: number }) => {
      if (error.code === 10037) return null
      throw error
    },
  )
  return last ? storedMessage(last) : undefined
}

/** The last sequence under a filter, 0 when there is none. */
export const lastSequence = async (connection: Connection, filter: string, stream: string = Streams.events): Promise<number> =>
  (await lastUnder(connection, filter, stream))?.sequence ?? 0

/** The last sequence of a stream. */
export const lastStored = async (connection: Connection, stream: string): Promise<number> =>
  (await patiently(connection, () => connection.jsm.streams.info(stream))).state.last_seq

/** The sequence of a stream up to which a durable has answered everything; undefined when there is no such durable. */
export const answeredUpTo = async (
  connection: Connection,
  durable: string,
  stream: string = Streams.events,
): Promise<number | undefined> => {
  const info = await patiently(connection, () => connection.jsm.consumers.info(stream, durable)).catch((error: { code?: number }) => {
    if (error.code === 10014) return undefined
    throw error
  })
  return info?.ack_floor.stream_seq
}

/** How many messages a durable has not been given yet; 0 when there is no such durable. */
export const pendingFor = async (connection: Connection, durable: string, stream: string): Promise<number> => {
  const info = await patiently(connection, () => connection.jsm.consumers.info(stream, durable)).catch((error: { code?: number }) => {
    if (error.code === 10014) return undefined
    throw error
  })
  return info?.num_pending ?? 0
}

/** One stored message by its sequence, with all its headers; null when it is gone. */
export const readOne = async (
  { jsm }: Connection,
  stream: string,
  sequence: number,
): Promise<(Stored & { headers: () => Record<string, string> }) | null> => {
  const m = await jsm.streams.getMessage(stream, { seq: sequence }).catch((error: { code?: number }) => {
    if (error.code === 10037) return null
    throw error
  })
  if (!m) return null
  return {
    ...storedMessage(m),
    headers: () => Object.fromEntries([...(m.header ?? [])].map(([name, values]) => [name, values[0] ?? ''])),
  }
}

const storedMessage = (m: StoredMsg): Stored => ({
  subject: m.subject,
  header: (name) => m.header?.get(name) ?? '',
  body: () => m.string(),
  sequence: m.seq,
  time: m.time.toISOString(),
})
