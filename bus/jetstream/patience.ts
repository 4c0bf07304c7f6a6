import { JetStreamApiError, JetStreamError } from '@nats-io/jetstream'
import { ConnectionError, type NatsConnection, NoRespondersError, RequestError, TimeoutError } from '@nats-io/transport-node'
import { messageOf } from '../errors.ts'

/** What is asked of a connection here. */
interface Line {
  readonly nc: Pick<NatsConnection, 'isClosed'>
  onReconnect(listener: () => void): () => void
  lastAway(): number
}

/** How long a bus may be up and yet not answer. */
const UNANSWERED_MS = 60_000

/**
 * Does `work` until the bus answers it: while the bus is away, or when a lost server took the request along, it is done again.
 * Only for work that may be repeated: reads, and writes with an id. Throws what the bus refuses, or the abort's reason.
 * Without a signal it waits for a bus that is away as long as it takes, and gives up on one that is up and silent for a minute.
 */
export const patiently = <T>(connection: Line, work: () => Promise<T>, signal?: AbortSignal): Promise<T> =>
  untilAnswered(connection, () => untilReconnect(connection, work()), signal)

/** As `patiently`, for work that itself fails with the line it was asked on, as `Confirmed` does. */
export const untilAnswered = async <T>(connection: Line, work: () => Promise<T>, signal?: AbortSignal): Promise<T> => {
  const began = Date.now()
  for (let pause = 50; ; pause = Math.min(pause * 2, 1000)) {
    signal?.throwIfAborted()
    try {
      return await work()
    } catch (error) {
      if (!isTransient(error) || connection.nc.isClosed()) throw error
      if (!signal && Date.now() - Math.max(began, connection.lastAway()) > UNANSWERED_MS)
        throw new Error(`the bus is up and has not answered for a minute: ${messageOf(error)}`, { cause: error })
      await wait(pause, signal)
    }
  }
}

/** A request that the old server took with it is not waited for: after a reconnect it is asked again. */
const untilReconnect = async <T>(connection: Line, work: Promise<T>): Promise<T> => {
  let forget = (): unknown => undefined
  const reconnected = new Promise<never>((_, reject) => {
    forget = connection.onReconnect(() => reject(lineLost()))
  })
  try {
    return await Promise.race([work, reconnected])
  } finally {
    forget()
  }
}

/** The bus went away in the middle of something that can be done again. */
export class BusAway extends Error {
  override readonly name = 'BusAway'
}

/** Why what was asked on a line that broke has no answer. */
export const lineLost = (): BusAway => new BusAway('disconnected while waiting for the bus')

/** A stream has as many consumers as it may have; readers come and go. */
const TOO_MANY_READERS = 10026

/**
 * The bus did not answer, is starting, or lost the node that a reader was on: the same may be asked again. Time-outs of anything
 * else are not the bus's.
 */
export const isTransient = (error: unknown): boolean =>
  error instanceof BusAway ||
  error instanceof TimeoutError ||
  error instanceof NoRespondersError ||
  error instanceof RequestError ||
  error instanceof ConnectionError ||
  (error instanceof JetStreamApiError
    ? error.status === 503 || error.code === TOO_MANY_READERS
    : // What a pull was told: its consumer's node is gone, or says nothing any more.
      error instanceof JetStreamError)

/** Waits, or throws the signal's reason. */
export const wait = (ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop)
      resolve()
    }, ms)
    const stop = () => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    if (signal?.aborted) stop()
    else signal?.addEventListener('abort', stop, { once: true })
  })
