import { RequestFault } from '../../bus/define-service.ts'
import type { Connection } from '../../bus/jetstream/connect.ts'
import { answeredUpTo } from '../../bus/jetstream/read.ts'
import { UNKNOWN } from '../../bus/shares.ts'
import { Streams } from '../../bus/subjects.ts'
import { DOOR_READER } from '../../domain/readers.ts'

/** What callers of the micro services who prove nothing may have undecided at the system's own door: each connection, and all together. */
const MOST = { each: 200, all: 1000 }
/** One look at the door serves all who ask within this time. */
const FRESH_MS = 100

/** A request that was stored for a connection, by its sequence at the door. */
export interface StoredFor {
  readonly sender: string
  readonly sequence: number
}

/** Why no further request of this connection is stored; undefined when it is. Pure. */
export const whyOver = (sender: string, undecided: readonly StoredFor[]): string | undefined => {
  const own = undecided.filter((other) => other.sender === sender).length
  if (sender !== UNKNOWN && own >= MOST.each)
    return `this connection has ${own} requests undecided already; nothing was stored: send it again when those are decided`
  if (undecided.length >= MOST.all)
    return `callers without a login have ${undecided.length} requests undecided already; nothing was stored: send it again later`
  return undefined
}

/** Stores what a connection asks for while it has its share; throws `RequestFault` 429 before anything is stored. Counts what passes this process. */
export const unprovenShares = (connection: Connection): ((sender: string, store: () => Promise<number>) => Promise<number>) => {
  let undecided: StoredFor[] = []
  let look: { at: number; answered: Promise<number> } | undefined
  return async (sender, store) => {
    const now = performance.now()
    if (!look || now - look.at > FRESH_MS)
      look = { at: now, answered: answeredUpTo(connection, DOOR_READER, Streams.door).then((sequence) => sequence ?? 0) }
    const answered = await look.answered
    undecided = undecided.filter(({ sequence }) => sequence > answered)
    const why = whyOver(sender, undecided)
    if (why) throw new RequestFault(429, [why])
    const sequence = await store()
    undecided.push({ sender, sequence })
    return sequence
  }
}
