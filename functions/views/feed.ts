import type { Logger } from 'pino'
import type { Catalogue } from '../../bus/define-event.ts'
import { decode, type Stored } from '../../bus/envelope.ts'
import { messageOf } from '../../bus/errors.ts'
import type { Connection } from '../../bus/jetstream/connect.ts'
import { wait } from '../../bus/jetstream/patience.ts'
import { asItWas } from '../../bus/jetstream/read.ts'
import { type StreamState, scan, streamState } from '../../bus/jetstream/scan.ts'
import { followEvents, type StreamLife } from '../../bus/jetstream/tail.ts'
import { startProgress } from '../../bus/progress.ts'
import { factSubjects, Streams } from '../../bus/subjects.ts'
import type { Fact } from '../../domain/fact.ts'
import { type BuildProgress, followBuild } from './build-progress.ts'
import type { ViewKeeper } from './keeper-client.ts'
import type { Checkpoint } from './store.ts'

export interface Feed {
  /** How far the views are with what happened before; undefined once that is in. */
  readonly building: BuildProgress['building']
  /** The last sequence of EVENTS that the views have taken in. */
  readonly position: () => number
  /** Resolves when they have taken in that sequence. Throws when that takes longer than `withinMs`. */
  reach(sequence: number, withinMs: number): Promise<void>
  stop(): Promise<void>
}

interface Feeding {
  readonly connection: Connection
  readonly catalogue: Catalogue
  readonly keeper: ViewKeeper
  readonly log: Logger
  /** Aborts when the system stops. */
  readonly stopping: AbortSignal
  readonly pass: (sequence: number) => void
  readonly progress: BuildProgress
}

const BATCH = 256
const AGAIN_MS = 1000

/** Leads the streams' facts into the views: first what has left EVENTS out of MEMORY, then EVENTS, then what comes. Goes on until the connection is closed for good. */
export const startFeed = (input: Omit<Feeding, 'stopping' | 'pass' | 'progress'>): Feed => {
  const stopping = new AbortController()
  const position = startProgress()
  const progress = followBuild(input.log)
  const feeding: Feeding = { ...input, stopping: stopping.signal, pass: position.pass, progress }
  const loop = (async () => {
    while (!stopping.signal.aborted && !input.connection.nc.isClosed()) {
      try {
        await catchUpAndFollow(feeding)
      } catch (error) {
        if (stopping.signal.aborted) return
        input.log.error({ error: messageOf(error) }, 'feeding the views was interrupted and is taken up again')
        if (input.keeper.lost() !== undefined) return input.log.error('the views have stopped; restart cortex to have lists again')
      }
      await wait(AGAIN_MS, stopping.signal).catch(() => undefined) // only the stop ends this pause
    }
  })()
  return {
    building: progress.building,
    position: position.position,
    reach: position.reach,
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
  let last = known[Streams.events]?.sequence ?? 0
  const remembered = known[Streams.memory]?.sequence ?? 0
  feeding.progress.begin((memory?.lastSequence ?? 0) - remembered + events.lastSequence - last, await feeding.keeper.isOutdated())
  const readTo = memory ? await readMemory(feeding, Math.max(1, events.firstSequence), remembered) : 0
  for await (const page of scan(connection, Streams.events, factSubjects(catalogue), last + 1)) {
    last = page.at(-1)?.sequence ?? last
    await take(feeding, page, { stream: Streams.events, created: events.created, sequence: last })
    feeding.progress.read(page.length)
  }
  last = Math.max(last, events.lastSequence)
  // Only now: what was left out of MEMORY, because EVENTS has it, is in.
  if (memory) await feeding.keeper.apply({ facts: [], checkpoint: { stream: Streams.memory, created: memory.created, sequence: readTo } })
  await feeding.keeper.adopt()
  feeding.progress.end()
  feeding.pass(last)
  await follow(feeding, { created: events.created, lastSequence: last })
}

/** The checkpoints, after a fresh start where one of them belongs to another life of its stream. */
const checkpointsFor = async (feeding: Feeding, states: Readonly<Record<string, StreamState>>): Promise<Record<string, Checkpoint>> => {
  const known = await feeding.keeper.checkpoints()
  const foreign = Object.entries(known).find(([stream, { created, sequence }]) => {
    const state = states[stream]
    return !state || state.created !== created || state.lastSequence < sequence
  })
  if (!foreign) return known
  feeding.log.warn({ stream: foreign[0] }, 'the stream is another one than the views were made from; they are made anew')
  await feeding.keeper.clear()
  return {}
}

/** Takes in what has left EVENTS, in the order that it had there, which MEMORY need not have; returns how far MEMORY was read. */
const readMemory = async (feeding: Feeding, firstOfEvents: number, after: number): Promise<number> => {
  const { connection, keeper, progress } = feeding
  let last = after
  for await (const page of scan(connection, Streams.memory, ['>'], after + 1)) {
    last = page.at(-1)?.sequence ?? last
    feeding.stopping.throwIfAborted()
    await keeper.putAside(factsOf(feeding, page.map(asItWas)).filter(({ sequence }) => sequence < firstOfEvents))
    progress.read(page.length)
  }
  for (let left = true; left; ) {
    feeding.stopping.throwIfAborted()
    const taken = await keeper.takeUp()
    tellFaults(feeding, taken.faults)
    left = taken.left
  }
  const { firstSequence } = (await streamState(connection, Streams.events)) ?? { firstSequence: 0 }
  if (firstSequence > firstOfEvents) throw new Error('EVENTS has forgotten facts meanwhile, which MEMORY has')
  return last
}

/** Views know the product's facts; those of another catalogue (tests) pass them by. */
const factsOf = ({ catalogue, connection }: Feeding, messages: readonly Stored[]): Fact[] =>
  messages.flatMap((message) => {
    const decoded = decode(catalogue, message, connection.seal)
    return decoded.kind === 'fact' ? [decoded.fact as Fact] : []
  })

const take = async (feeding: Feeding, messages: readonly Stored[], checkpoint: { stream: string } & Checkpoint): Promise<void> => {
  feeding.stopping.throwIfAborted()
  tellFaults(feeding, await feeding.keeper.apply({ facts: factsOf(feeding, messages), checkpoint }))
}

const tellFaults = ({ log }: Feeding, faults: readonly string[]): void => {
  for (const fault of faults) log.error({ fault }, 'a view is incomplete')
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
      const { sequence } = batch.at(-1)!
      await take(feeding, batch, { stream: Streams.events, created: born.created, sequence })
      feeding.pass(sequence)
      waiting = waiting.slice(batch.length)
    }
  } finally {
    feeding.stopping.removeEventListener('abort', stop)
    await tail.stop()
  }
}
