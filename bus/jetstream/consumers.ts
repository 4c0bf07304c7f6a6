import type { ConsumerInfo } from '@nats-io/jetstream'
import { Streams } from '../subjects.ts'
import type { Connection } from './connect.ts'
import { wait } from './patience.ts'
import { isLeft, isOfFunction } from './provision-consumers.ts'

/** What the bus tells about a function's durable consumer. Times are ISO 8601. */
export interface FunctionLook {
  readonly name: string
  readonly stream: string
  readonly filters: readonly string[]
  /** Messages that wait for their first delivery. */
  readonly pending: number
  /** Delivered and not answered yet. */
  readonly inFlight: number
  /** Of those in flight, delivered more than once. */
  readonly redelivered: number
  /** Messages in flight at most, over all replicas. */
  readonly concurrency: number
  /** Requests for messages that are open: 0 with room left means that nobody works for the function. */
  readonly pulls: number
  /** The last sequence of the stream that was delivered. */
  readonly delivered: number
  /** Everything up to this sequence is answered. */
  readonly answered: number
  /** Whether no process of its room has a function for it. */
  readonly left: boolean
  /** When it goes on by itself; absent while it is not paused. */
  readonly pausedUntil?: string
}

/** Every function's durable, in whichever process it works, by name. Throws what the bus does while it is away. */
export const lookAtFunctions = async (connection: Connection): Promise<FunctionLook[]> => {
  const looks: FunctionLook[] = []
  for (const stream of [Streams.events, Streams.door])
    for await (const info of connection.jsm.consumers.list(stream)) if (isOfFunction(info)) looks.push(lookOf(info))
  return looks.sort((one, other) => one.name.localeCompare(other.name))
}

/** One function's durable; undefined when there is none of this name. */
export const lookAtFunction = async (connection: Connection, name: string): Promise<FunctionLook | undefined> => {
  const info = (await infoOf(connection, Streams.events, name)) ?? (await infoOf(connection, Streams.door, name))
  return info && isOfFunction(info) ? lookOf(info) : undefined
}

/** Since when the oldest message waits that the function has not answered; undefined when none does. One read a filter. */
export const oldestUnanswered = async (connection: Connection, look: FunctionLook): Promise<string | undefined> => {
  if (look.pending + look.inFlight === 0) return undefined
  const next = (filter: string) =>
    connection.jsm.direct.getMessage(look.stream, { seq: look.answered + 1, ...(filter ? { next_by_subj: filter } : {}) })
  const found = await Promise.all((look.filters.length > 0 ? look.filters : ['']).map(next))
  return found
    .flatMap((message) => (message ? [message.time.toISOString()] : []))
    .sort()
    .at(0)
}

/** The last sequence of a stream under a subject; 0 when there is none. */
export const lastUnderSubject = async ({ jsm }: Connection, stream: string, subject: string): Promise<number> =>
  (await jsm.direct.getMessage(stream, { last_by_subj: subject }))?.seq ?? 0

/** The function gets no more messages until then; what is in flight goes on. The pause outlives restarts of the bus and of ours. */
export const pauseFunction = async (
  { jsm }: Connection,
  { stream, name }: Pick<FunctionLook, 'stream' | 'name'>,
  until: Date,
): Promise<void> => {
  await jsm.consumers.pause(stream, name, until)
}

/** The pause that ends another one, and how long its end is looked for, in milliseconds. */
const LAST_PAUSE_MS = 50
const PATIENCE_MS = 2000

/**
 * The function goes on, now. A pause that is taken back wakes nobody who already waits for messages [tried on 2.15.1: up to
 * five seconds]; one that runs out does. So it is made to run out, by the clock of the server.
 */
export const resumeFunction = async (connection: Connection, { stream, name }: Pick<FunctionLook, 'stream' | 'name'>): Promise<void> => {
  const { jsm } = connection
  const { paused, ts } = await jsm.consumers.info(stream, name)
  if (!paused) return
  await jsm.consumers.pause(stream, name, new Date((ts ? Date.parse(ts) : Date.now()) + LAST_PAUSE_MS))
  const giveUp = AbortSignal.timeout(PATIENCE_MS)
  while ((await jsm.consumers.info(stream, name)).paused && !giveUp.aborted) await wait(LAST_PAUSE_MS)
}

const infoOf = ({ jsm }: Connection, stream: string, name: string): Promise<ConsumerInfo | undefined> =>
  jsm.consumers.info(stream, name).catch((error: { code?: number }) => {
    if (error.code === 10014) return undefined
    throw error
  })

const lookOf = (info: ConsumerInfo): FunctionLook => {
  const { config } = info
  return {
    name: info.name,
    stream: info.stream_name,
    filters: config.filter_subjects ?? (config.filter_subject ? [config.filter_subject] : []),
    pending: info.num_pending,
    inFlight: info.num_ack_pending,
    redelivered: info.num_redelivered,
    concurrency: config.max_ack_pending ?? 0,
    pulls: info.num_waiting,
    delivered: info.delivered.stream_seq,
    answered: info.ack_floor.stream_seq,
    left: isLeft(info),
    ...(info.paused && config.pause_until ? { pausedUntil: new Date(config.pause_until).toISOString() } : {}),
  }
}
