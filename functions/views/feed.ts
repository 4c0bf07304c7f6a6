import type { Logger } from 'pino'
import type { Catalogue } from '../../bus/define-event.ts'
import { decode, type Stored } from '../../bus/envelope.ts'
import { messageOf } from '../../bus/errors.ts'
import type { Connection } from '../../bus/jetstream/connect.ts'
import { wait } from '../../bus/jetstream/patience.ts'
import { originSequence } from '../../bus/jetstream/read.ts'
import { type StreamState, scan, streamState } from '../../bus/jetstream/scan.ts'
import { followEvents, type StreamLife } from '../../bus/jetstream/tail.ts'
import { startProgress } from '../../bus/progress.ts'
import { factSubjects, Streams } from '../../bus/subjects.ts'
import type { Fact } from '../../domain/fact.ts'
import type { Checkpoint } from './store.ts'
import type { ViewWorker } from './worker-client.ts'

export interface Feed {
  /** The last sequence of EVENTS that the views have taken in. */
  readonly position: () => number
  /** Resolves when they have taken in that sequence. Throws when that takes longer than `withinMs`. */
  reach(sequence: number, withinMs: number): Promise<void>
  stop(): Promise<void>
}

interface Feeding {
  readonly connection: Connection
  readonly catalogue: Catalogue
  readonly worker: ViewWorker
  readonly log: Logger
  /** Aborts when the system stops. */
  readonly stopping: AbortSignal
  readonly pass: (sequence: number) => void
}

const BATCH = 256
const AGAIN_MS = 1000

/** Leads the streams' facts into the views: first what has left EVENTS out of MEMORY, then EVENTS, then what comes. Goes on until the connection is closed for good. */
export const startFeed = (input: Omit<Feeding, 'stopping' | 'pass'>): Feed => {
  const stopping = new AbortController()
  const progress = startProgress()
  const feeding: Feeding = { ...input, stopping: stopping.signal, pass: progress.pass }
  const loop = (async () => {
    while (!stopping.signal.aborted && !input.connection.nc.isClosed()) {
      try {
        await catchUpAndFollow(feeding)
      } catch (error) {
        if (stopping.signal.aborted) return
        input.log.error({ error: messageOf(error) }, 'feeding the views was interrupted and is taken up again')
        if (input.worker.lost() !== undefined) return input.log.error('the views have stopped; restart cortex to have lists again')
      }
      await wait(AGAIN_MS, stopping.signal).catch(() => undefined) // only the stop ends this pause
    }
  })()
  return {
    position: progress.position,
    reach: progress.reach,
    stop: async () => {
      stopping.abort(new Error('the views are stopped'))
      await loop
    },
  }
}

/** Ends when EVENTS is another stream than it was, or by the stop; throws when the bus or the views fail. */
const catchUpAndFollow = async (feeding: Feeding): Promise<void> => {
  const { connection, catalogue } = feeding
  const [events, memory] = await Promise.all([streamState(connection, Streams.events), streamState(connection, Streams.memory)])
  if (!events) throw new Error('there is no stream EVENTS yet')
  const known = await checkpointsFor(feeding, { [Streams.events]: events, ...(memory ? { [Streams.memory]: memory } : {}) })
  const remembered = memory ? await readMemory(feeding, events, known[Streams.memory]?.sequence ?? 0) : 0
  let last = known[Streams.events]?.sequence ?? 0
  for await (const page of scan(connection, Streams.events, factSubjects(catalogue), last + 1)) {
    last = page.at(-1)?.sequence ?? last
    await take(feeding, page, { stream: Streams.events, created: events.created, sequence: last })
  }
  last = Math.max(last, events.lastSequence)
  // Only now: what was left out of MEMORY, because EVENTS has it, is in.
  if (memory)
    await feeding.worker.apply({ facts: [], checkpoint: { stream: Streams.memory, created: memory.created, sequence: remembered } })
  feeding.pass(last)
  await follow(feeding, { created: events.created, lastSequence: last })
}

/** The checkpoints, after a fresh start where one of them belongs to another life of its stream. */
const checkpointsFor = async (feeding: Feeding, states: Readonly<Record<string, StreamState>>): Promise<Record<string, Checkpoint>> => {
  const known = await feeding.worker.checkpoints()
  const foreign = Object.entries(known).find(([stream, { created, sequence }]) => {
    const state = states[stream]
    return !state || state.created !== created || state.lastSequence < sequence
  })
  if (!foreign) return known
  feeding.log.warn({ stream: foreign[0] }, 'the stream is another one than the views were made from; they are made anew')
  await feeding.worker.clear()
  return {}
}

/** Takes in what has left EVENTS; returns how far MEMORY was read. */
const readMemory = async (feeding: Feeding, events: StreamState, after: number): Promise<number> => {
  let last = after
  for await (const page of scan(feeding.connection, Streams.memory, ['>'], after + 1)) {
    last = page.at(-1)?.sequence ?? last
    const gone = page.filter((message) => originSequence(message) < events.firstSequence)
    // MEMORY has several sources, which do not wait for each other.
    await take(
      feeding,
      gone.sort((a, b) => originSequence(a) - originSequence(b)),
    )
  }
  return last
}

const take = async (feeding: Feeding, messages: readonly Stored[], checkpoint?: { stream: string } & Checkpoint): Promise<void> => {
  feeding.stopping.throwIfAborted()
  const facts = messages.flatMap((message) => {
    const decoded = decode(feeding.catalogue, message)
    // Views know the product's facts; those of another catalogue (tests) pass them by.
    return decoded.kind === 'fact' ? [decoded.fact as Fact] : []
  })
  const faults = await feeding.worker.apply({ facts, checkpoint })
  for (const fault of faults) feeding.log.error({ fault }, 'a view is incomplete')
  if (checkpoint?.stream === Streams.events) feeding.pass(checkpoint.sequence)
}

/** Follows EVENTS; messages that come while a batch is taken in make the next one. */
const follow = async (feeding: Feeding, born: StreamLife): Promise<void> => {
  let waiting: Stored[] = []
  let wake = (): void => undefined
  let lost = false
  const tail = followEvents(feeding.connection, {
    filters: factSubjects(feeding.catalogue),
    born,
    onMessage: (message) => {
      waiting.push(message)
      wake()
    },
    onLost: () => {
      lost = true
      wake()
    },
    log: feeding.log,
  })
  const stop = (): void => wake()
  feeding.stopping.addEventListener('abort', stop)
  try {
    while (!lost && !feeding.stopping.aborted) {
      const batch = waiting.slice(0, BATCH)
      if (batch.length === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
        continue
      }
      await take(feeding, batch, { stream: Streams.events, created: born.created, sequence: batch.at(-1)!.sequence })
      waiting = waiting.slice(batch.length)
    }
  } finally {
    feeding.stopping.removeEventListener('abort', stop)
    await tail.stop()
  }
}
