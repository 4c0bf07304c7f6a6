import type { Logger } from 'pino'
import type { Blobs } from '../blobs.ts'
import type { Catalogue } from '../define-event.ts'
import type { AnyFunction } from '../define-function.ts'
import { messageOf, Stopping, StoryEnded } from '../errors.ts'
import { type Folds, startFolds } from '../folds.ts'
import type { Connection } from '../jetstream/connect.ts'
import { areInPlace, type Hearings, provisionAdvisories, provisionConsumers, type Room } from '../jetstream/provision-consumers.ts'
import { provisionStreams } from '../jetstream/provision-streams.ts'
import type { StoryModel, StoryState } from '../story-model.ts'
import type { Deliverer, InFlight, RunningFunction } from './deliverer.ts'
import { giveMissed } from './give-missed.ts'
import { openHandover, type Work } from './handover.ts'
import { keepStore } from './keep-store.ts'
import { type Pulling, pullingFor } from './pulling.ts'
import { startTicker } from './ticker.ts'

export interface RuntimeOptions<C extends Catalogue, T extends StoryState, Services> {
  catalogue: C
  model: StoryModel<T>
  connection: Connection
  /**
   * Another one with the same rights, over which it is seen who sends what to the door. Only for a server that stands alone and one
   * process with the functions; absent: nobody is known there, and what anybody sends is read in its order.
   */
  watch?: Connection | undefined
  functions: ReadonlyMap<string, AnyFunction>
  /** The only ones that take messages here; what is for the others waits in its place. Default: all. */
  only?: readonly string[] | undefined
  blobs: Blobs
  services: Services
  log: Logger
  /** 30 s deployed, 5 s embedded, 1 s in tests. */
  ackWaitMs: number
  /** Deliveries after which the server gives up on a message; default 20. */
  maxDeliver?: number
  /** Of the program, three numbers: of two versions on one bus the higher one works. */
  version?: string
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
  /** Why this process takes no messages, because another version does; undefined while it takes them. */
  standby(): string | undefined
  /** Stops pulling, lets handlers finish for the grace, then aborts them and gives their messages back. */
  stop(): Promise<void>
}

const MAX_DELIVER = 20
const NO_VERSION = '0.0.0'

/**
 * Provisions the streams and reads the folds; then, unless a newer version is at work, provisions the durables and lets every
 * function pull its messages.
 */
export const startRuntime = async <C extends Catalogue, T extends StoryState, S>(
  options: RuntimeOptions<C, T, S>,
): Promise<Runtime<C, T>> => {
  const { connection, functions, log, version = NO_VERSION, room = 'functions' } = options
  const provision = () =>
    provisionStreams(connection.jsm, options.catalogue, { ...connection.streams, version, seal: connection.seal }, log)
  const now: Now = { ...(await provision()), hearings: new Map(), pausing: new AbortController(), store: new AbortController() }
  const folds = await startFolds(options, connection, log)
  const stopping = new AbortController()
  const deliverer: Deliverer<C, T, S> = {
    parts: { ...options, folds, now: options.now ?? (() => new Date()) },
    ticker: startTicker(options.ackWaitMs),
    inFlight: new Set(),
    maxDeliver: options.maxDeliver ?? MAX_DELIVER,
    hearings: () => now.hearings,
    stopping: stopping.signal,
    pausing: () => AbortSignal.any([stopping.signal, now.pausing.signal]),
    storeLost: () => now.store.signal,
  }
  folds.onFact((fact, story) => {
    if (story?.state.end) abortStory(deliverer.inFlight, functions, fact.subject, story.state.phase)
  })
  const pulled = [...functions].filter(([name]) => options.only?.includes(name) ?? true)
  const pulling = pullingFor(deliverer, new Map(pulled), options.watch)
  const work = workOf({ ...options, room }, deliverer, pulling, now)
  const handover = await openHandover(connection, { version, room, functions, work, log })
  const renew = async (isActive: boolean): Promise<void> => {
    now.store.abort()
    folds.forget()
    now.store = new AbortController()
    for (const flight of deliverer.inFlight) flight.abort.abort(new Stopping('the store of the bus was lost'))
    Object.assign(now, await provision())
    if (isActive) await work.begin(handover)
  }
  await keepStore(connection, { renew: () => handover.between(renew), log, stopping: stopping.signal })
  const stop = async (): Promise<void> => {
    await handover.stop()
    await stopRuntime(deliverer, pulling, stopping, options.graceMs, handover.leave)
    await work.given()
  }
  let stopped: Promise<void> | undefined
  const stopOnce = (): Promise<void> => (stopped ??= stop())
  return {
    folds,
    running: () => [...deliverer.inFlight].map(({ abort: _, ...shown }) => shown),
    standby: handover.standby,
    stop: stopOnce,
    [Symbol.asyncDispose]: stopOnce,
  }
}

/** What changes while a runtime lives: with every turn, and with every store of the bus. */
interface Now {
  eventsAreNew: boolean
  hearings: Hearings
  pausing: AbortController
  store: AbortController
}

/** What a process does in its turn; `given` resolves when nothing is being given to functions that missed it. */
const workOf = <C extends Catalogue, T extends StoryState, S>(
  { connection, watch, functions, ackWaitMs, maxDeliver = MAX_DELIVER, room, log }: RuntimeOptions<C, T, S> & { room: Room },
  deliverer: Deliverer<C, T, S>,
  pulling: Pulling,
  now: Now,
): Work & { given: () => Promise<void> } => {
  let giving = Promise.resolve()
  const begin: Work['begin'] = async ({ heldByOlder }) => {
    const { eventsAreNew } = now
    const wanted = { ackWaitMs, maxDeliver, eventsAreNew, room, sendersAreKnown: watch !== undefined }
    now.hearings = await provisionConsumers(connection.jsm, functions, wanted, log)
    await provisionAdvisories(connection.jsm, ackWaitMs)
    now.eventsAreNew = false
    now.pausing = new AbortController()
    const signal = deliverer.pausing()
    pulling.begin()
    giving = giveMissed(deliverer, { functions, hearings: now.hearings, heldByOlder, signal }).catch((error) => {
      if (!signal.aborted)
        log.error({ error: messageOf(error) }, 'what functions did not hear could not be given to them; the next start does it')
    })
  }
  const pause = async (): Promise<void> => {
    await pulling.pause()
    now.pausing.abort(new Stopping('a newer version is at work'))
  }
  return { begin, pause, isInPlace: () => areInPlace(connection.jsm, functions), holds: pulling.stories, given: () => giving }
}

const stopRuntime = async <C extends Catalogue, T extends StoryState, S>(
  deliverer: Deliverer<C, T, S>,
  pulling: Pulling,
  stopping: AbortController,
  graceMs: number,
  leave: () => void,
): Promise<void> => {
  const { connection, folds } = deliverer.parts
  await pulling.stop()
  const idle = pulling.idle()
  const grace = setTimeout(() => {
    stopping.abort(new Stopping('the process stops'))
    for (const flight of deliverer.inFlight) flight.abort.abort(new Stopping('the process stops'))
  }, graceMs)
  await idle
  clearTimeout(grace)
  stopping.abort(new Stopping('the process stops'))
  leave()
  deliverer.ticker.stop()
  await folds.stop()
  connection.rideAlong.send()
  // A bus that is gone has nothing left to take.
  if (!connection.nc.isClosed()) await Promise.race([connection.nc.flush().catch(() => undefined), connection.nc.closed()])
}

const abortStory = (inFlight: ReadonlySet<InFlight>, functions: ReadonlyMap<string, AnyFunction>, id: string, phase: string): void => {
  for (const flight of inFlight)
    if (flight.story === id && !functions.get(flight.fn)?.afterEnd) flight.abort.abort(new StoryEnded(`${id} is ${phase}`))
}
