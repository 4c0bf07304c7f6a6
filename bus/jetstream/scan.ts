import { AckPolicy, DeliverPolicy } from '@nats-io/jetstream'
import type { Stored } from '../envelope.ts'
import type { Connection } from './connect.ts'
import { BusAway } from './patience.ts'
import { storedOf } from './read.ts'

/** What identifies a stream's present life, and what is in it. */
export interface StreamState {
  readonly created: string
  readonly firstSequence: number
  readonly lastSequence: number
}

/** Null when there is no such stream. */
export const streamState = async ({ jsm }: Connection, stream: string): Promise<StreamState | null> => {
  const info = await jsm.streams.info(stream).catch((error: { code?: number }) => {
    if (error.code === 10059) return null
    throw error
  })
  return info && { created: info.created, firstSequence: info.state.first_seq, lastSequence: info.state.last_seq }
}

const PAGE = 500
const FORGET_AFTER_NS = 300 * 1_000_000_000

/** The messages under the filters from a sequence on, as of now, oldest first, page by page: for more than fits into memory. */
export async function* scan(
  { js, jsm }: Connection,
  stream: string,
  filters: readonly string[],
  from: number,
  /** Without bodies; other pages than of 500. */
  options: { headersOnly?: boolean; page?: number } = {},
): AsyncGenerator<readonly Stored[]> {
  const info = await jsm.consumers.add(stream, {
    ack_policy: AckPolicy.None,
    deliver_policy: DeliverPolicy.StartSequence,
    opt_start_seq: Math.max(1, from),
    filter_subjects: [...filters],
    ...(options.headersOnly ? { headers_only: true } : {}),
    mem_storage: true,
    num_replicas: 1,
    inactive_threshold: FORGET_AFTER_NS,
  })
  const consumer = js.consumers.getConsumerFromInfo(info)
  try {
    for (let left = info.num_pending; left > 0; ) {
      const page: Stored[] = []
      for await (const m of await consumer.fetch({ max_messages: Math.min(left, options.page ?? PAGE), expires: 10_000 }))
        page.push(storedOf(m))
      if (page.length === 0) throw new BusAway(`reading ${stream} stopped with ${left} messages to go`)
      left -= page.length
      yield page
    }
  } finally {
    // The server forgets it by itself after its inactivity threshold; deleting is only sooner.
    jsm.consumers.delete(stream, info.name).catch(() => undefined)
  }
}
