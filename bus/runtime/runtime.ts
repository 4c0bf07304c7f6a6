import { setImmediate as afterThisTurn } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { Blobs } from '../blobs.ts'
import type { Catalogue } from '../define-event.ts'
import type { AnyFunction } from '../define-function.ts'
import { messageOf, Stopping, StoryEnded } from '../errors.ts'
import { type Folds, startFolds } from '../folds.ts'
import type { Connection } from '../jetstream/connect.ts'
import { type Consumption, consumeDurable } from '../jetstream/consume.ts'
import { type Hearings, provisionAdvisories, provisionConsumers, type Room } from '../jetstream/provision-consumers.ts'
import { provisionStreams } from '../jetstream/provision-streams.ts'
import type { StoryModel, StoryState } from '../story-model.ts'
import { Streams } from '../subjects.ts'
import { followAdvisories } from './advisories.ts'
import type { Deliverer, InFlight, RunningFunction } from './deliverer.ts'
import { deliver } from './delivery.ts'
import { giveMissed } from './give-missed.ts'
import { keepStore } from './keep-store.ts'
import { startTicker } from './ticker.ts'

export interface RuntimeOptions<C extends Catalogue, T extends StoryState, Services> {
  catalogue: C
  model: StoryModel<T>
  connection: Connection
  functions: ReadonlyMap<string, AnyFunction>
  blobs: Blobs
  services: Services
  log: Logger
  /** 30 s deployed, 5 s embedded, 1 s in tests. */
  ackWaitMs: number
  /** Deliveries after which the server gives up on a message; default 20. */
  maxDeliver?: number
  /** Which process this is; default: the one with the functions. */
  room?: Room
  /** How long handlers may go on after the stop was asked for. */
  graceMs: number
  now?: () => Date
}

export interface Runtime<C extends Catalogue, T extends StoryState> extends AsyncDisposable {
  readonly folds: Folds<C, T>
  /** What runs at this moment in this process. */
  running(): readonly RunningFunction[]
  /** Stops pulling, lets handlers finish for the grace, then aborts them and gives their messages back. */
  stop(): Promise<void>
}

const MAX_DELIVER = 20

/** Provisions the streams and durables, reads the folds, then lets every function pull its messages. */
export const startRuntime = async <C extends Catalogue, T extends StoryState, S>(
  options: RuntimeOptions<C, T, S>,
): Promise<Runtime<C, T>> => {
  const { connection, functions, log, ackWaitMs } = options
  let hearings = await provision(options)
  const folds = await startFolds(options, connection, log)
  const stopping = new AbortController()
  let store = new AbortController()
  const deliverer: Deliverer<C, T, S> = {
    parts: { ...options, folds, now: options.now ?? (() => new Date()) },
    ticker: startTicker(ackWaitMs),
    inFlight: new Set(),
    hearings: () => hearings,
    stopping: stopping.signal,
    storeLost: () => store.signal,
  }
  folds.onFact((fact, story) => {
    if (story?.state.end) abortStory(deliverer.inFlight, functions, fact.subject, story.state.phase)
  })
  const pulling = pullAll(deliverer, functions)
  const giving = giveMissed(deliverer, functions, hearings).catch((error) => {
    if (!stopping.signal.aborted)
      log.error({ error: messageOf(error) }, 'what functions did not hear could not be given to them; the next start does it')
  })
  const renew = async (): Promise<void> => {
    store.abort()
    folds.forget()
    store = new AbortController()
    for (const flight of deliverer.inFlight) flight.abort.abort(new Stopping('the store of the bus was lost'))
    hearings = await provision(options)
    for (const consumption of pulling.consumptions) consumption.restart()
  }
  await keepStore(connection, { renew, log, stopping: stopping.signal })
  let stopped: Promise<void> | undefined
  const stopOnce = (): Promise<void> => (stopped ??= stopRuntime(deliverer, pulling, stopping, options.graceMs).then(() => giving))
  return {
    folds,
    running: () => [...deliverer.inFlight].map(({ abort: _, ...shown }) => shown),
    stop: stopOnce,
    [Symbol.asyncDispose]: stopOnce,
  }
}

interface Pulling {
  readonly consumptions: readonly Consumption[]
  /** What was handed over and is not acknowledged yet. */
  readonly deliveries: ReadonlySet<Promise<void>>
}

/** Every function pulls its messages, and one durable hears of poison. */
const pullAll = <C extends Catalogue, T extends StoryState, S>(
  deliverer: Deliverer<C, T, S>,
  functions: ReadonlyMap<string, AnyFunction>,
): Pulling => {
  const { connection, log } = deliverer.parts
  const deliveries = new Set<Promise<void>>()
  const consumptions = [...functions].map(([name, fn]) =>
    consumeDurable(connection, {
      stream: fn.door ? Streams.door : Streams.events,
      durable: name,
      slots: fn.ordered ? 1 : (fn.concurrency ?? 16),
      log,
      onDelivery: (delivery) => {
        const work = deliver(deliverer, name, fn, delivery).finally(() => deliveries.delete(work))
        deliveries.add(work)
      },
    }),
  )
  return { consumptions: [...consumptions, followAdvisories(deliverer)], deliveries }
}

const stopRuntime = async <C extends Catalogue, T extends StoryState, S>(
  deliverer: Deliverer<C, T, S>,
  pulling: Pulling,
  stopping: AbortController,
  graceMs: number,
): Promise<void> => {
  const { connection, folds } = deliverer.parts
  await Promise.all(pulling.consumptions.map((consumption) => consumption.stop()))
  const idle = Promise.allSettled([...pulling.deliveries])
  const grace = setTimeout(() => {
    stopping.abort(new Stopping('the process stops'))
    for (const flight of deliverer.inFlight) flight.abort.abort(new Stopping('the process stops'))
  }, graceMs)
  await idle
  clearTimeout(grace)
  stopping.abort(new Stopping('the process stops'))
  deliverer.ticker.stop()
  await folds.stop()
  await afterThisTurn() // the last acknowledgements go with the end of this turn
  // A bus that is gone has nothing left to take.
  if (!connection.nc.isClosed()) await Promise.race([connection.nc.flush().catch(() => undefined), connection.nc.closed()])
}

/** Streams, every function's durable, and the one that hears of poison messages. The same again changes nothing. */
const provision = async <C extends Catalogue, T extends StoryState, S>(options: RuntimeOptions<C, T, S>): Promise<Hearings> => {
  const { connection, catalogue, functions, ackWaitMs, maxDeliver = MAX_DELIVER, room = 'functions', log } = options
  const { eventsAreNew } = await provisionStreams(connection.jsm, catalogue, connection.streams, log)
  const hearings = await provisionConsumers(connection.jsm, functions, { ackWaitMs, maxDeliver, eventsAreNew, room }, log)
  await provisionAdvisories(connection.jsm, ackWaitMs)
  return hearings
}

const abortStory = (inFlight: ReadonlySet<InFlight>, functions: ReadonlyMap<string, AnyFunction>, id: string, phase: string): void => {
  for (const flight of inFlight)
    if (flight.story === id && !functions.get(flight.fn)?.afterEnd) flight.abort.abort(new StoryEnded(`${id} is ${phase}`))
}
