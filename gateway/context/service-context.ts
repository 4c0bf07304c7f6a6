import { createHmac } from 'node:crypto'
import type { Blobs } from '../../bus/blobs.ts'
import type { DoorRequest } from '../../bus/define-function.ts'
import { RequestFault } from '../../bus/define-service.ts'
import { knock, requestIn } from '../../bus/door.ts'
import { decode } from '../../bus/envelope.ts'
import type { Connection } from '../../bus/jetstream/connect.ts'
import { patiently } from '../../bus/jetstream/patience.ts'
import { lookAtStreams } from '../../bus/jetstream/provision-streams.ts'
import { answeredUpTo, lastSequence, pendingFor, readAll, readStoryMessages } from '../../bus/jetstream/read.ts'
import type { MakeContext } from '../../bus/jetstream/services.ts'
import type { KeyValues } from '../../bus/key-values.ts'
import { listDeadLetters, readDeadLetter, redriveDeadLetter } from '../../bus/runtime/dead-letters.ts'
import type { RunningFunction } from '../../bus/runtime/deliverer.ts'
import { openDoorSubjects, Streams, SYSTEM_DOOR, storyFilter } from '../../bus/subjects.ts'
import { catalogue } from '../../domain/catalogue/index.ts'
import type { Fact } from '../../domain/fact.ts'
import type { LaneLook } from '../../domain/lane.ts'
import { DOOR_READER, OUTSIDERS_READER } from '../../domain/readers.ts'
import { type TaskFolds, taskStory } from '../../domain/task-story.ts'
import type { Services } from '../../functions/ports.ts'
import { type AdmissionOutcome, type Admissions, followAdmissions } from './admissions.ts'
import { followArrivals } from './arrivals.ts'
import type { ServiceContext, TaskLists } from './define-service.ts'
import { functionControl } from './function-control.ts'
import { unprovenShares } from './unproven-shares.ts'

export interface ServiceNeeds {
  readonly connection: Connection
  readonly folds: TaskFolds
  readonly blobs: Blobs
  readonly views: TaskLists
  readonly services: Services
  readonly running: () => readonly RunningFunction[]
  /** Why this process takes no messages; absent where it always does. */
  readonly standby?: () => string | undefined
  /** Claimed keys, kept for a day. */
  readonly claims: KeyValues
  /** Absent where no browser lane is configured. */
  readonly lane?: () => Promise<LaneLook>
  /** Makes ids of requests that nobody else can know beforehand, the same in every process of the system. */
  readonly secret: string
  readonly now?: () => Date
  /** Requests that may stand undecided at the door; more tasks are told to come again. Default 10,000. */
  readonly mostAtDoor?: number
  /** How long a command waits for what becomes of it; default 5 s. */
  readonly outcomeMs?: number
  /** Aborts when the services stop: requests that wait for something are answered then. */
  readonly stopping?: AbortSignal
}

const STORE_MS = 10_000

/** Builds what endpoints get, once a process; the answer makes the context of one request. */
export const serviceContexts = (s: ServiceNeeds): MakeContext<ServiceContext> => {
  const admissions = followAdmissions(s.folds)
  const arrivals = followArrivals(s.folds, s.stopping)
  const { connection, folds, blobs, views, services } = s
  const shared = {
    blobs,
    views,
    services,
    admissions,
    arrivals,
    functions: functionControl(connection, folds),
    running: s.running,
    standby: s.standby ?? (() => undefined),
    now: s.now ?? (() => new Date()),
    deadLetters: {
      list: (page: { limit: number; offset: number }) => listDeadLetters(connection, page),
      find: (number: number) => readDeadLetter(connection, number),
      redrive: (number: number) => redriveDeadLetter(connection, number, AbortSignal.timeout(STORE_MS)),
    },
    task: async (id: string) => {
      const story = await folds.story(id, await lastSequence(connection, storyFilter(id)))
      return story.hasBegun ? story.state : undefined
    },
    openTasks: () => folds.openStates(0),
    streams: () => patiently(connection, () => lookAtStreams(connection, catalogue)),
    lane: async () => s.lane?.(),
    facts: async (id: string, after: number) => newFacts(connection, await readStoryMessages(connection, taskStory, id), after),
    decided: untilDecided(connection, admissions),
    claim: (key: string, value: string) => claim(s.claims, key, value),
    claimed: async (key: string) => (await s.claims.get(key))?.value,
  }
  const refuseWhenFull = doorkeeper(connection, s.mostAtDoor ?? MOST_AT_DOOR)
  const withinShare = unprovenShares(connection)
  return (caller, isOperator, sender) => ({
    ...shared,
    caller,
    isOperator,
    ask: async (type, body): Promise<AdmissionOutcome> => {
      await refuseWhenFull(type)
      const sequence = await inTime(services.disk, (signal) => knock(connection, type, { ...body, ...caller }, { signal }))
      return admissions.outcome(sequence, s.outcomeMs ?? 5000)
    },
    post: async (type, body, messageId) => {
      await refuseWhenFull(type)
      const store = () =>
        inTime(services.disk, (signal) =>
          knock(connection, type, { ...body, ...caller }, { messageId: secretly(s.secret, messageId), signal }),
        )
      // Who waits for what becomes of it has his share by what may be at work for him at once.
      return sender === undefined ? store() : withinShare(sender, store)
    },
    get bus() {
      return { position: folds.position(), foreign: folds.foreign(), server: connection.nc.info?.version ?? 'unknown' }
    },
  })
}

/** Throws `RequestFault` 503 with the reason, as far as it is known, when the bus does not store in time. */
const inTime = async <T>(disk: Services['disk'], store: (signal: AbortSignal) => Promise<T>): Promise<T> => {
  const signal = AbortSignal.timeout(STORE_MS)
  try {
    return await store(signal)
  } catch (error) {
    if (!signal.aborted || error !== signal.reason) throw error
    const why = (await disk.shortage()) ?? 'try again, and look at the log of nats-server if it stays so'
    throw new RequestFault(503, [`the bus did not store it within ${STORE_MS / 1000} s: ${why}`], { retryAfterMs: FULL_MS })
  }
}

/** Whoever knows the id of a message at the door could send another one under it before, which then counts in its place. */
const secretly = (secret: string, messageId: string): string => createHmac('sha256', secret).update(messageId).digest('base64url')

/** The lines in which new tasks stand at the door: under which subject, and in which order they are read. */
const lines = [
  { creations: `${SYSTEM_DOOR}.task.created`, all: [`${SYSTEM_DOOR}.*.*`], reader: DOOR_READER },
  { creations: 'task.created', all: openDoorSubjects(catalogue), reader: OUTSIDERS_READER },
]
type Line = (typeof lines)[number]

const untilDecided = (connection: Connection, admissions: Admissions): ServiceContext['decided'] => {
  const undecided = atTheDoor(connection)
  const isDecided = async ({ creations, reader }: Line, withinMs: number): Promise<boolean> => {
    const last = await lastSequence(connection, creations, Streams.door)
    const read = await answeredUpTo(connection, reader, Streams.door)
    // What was decided on before this process listened has no outcome here, but the reader has answered it.
    return last <= (read ?? 0) || (await admissions.outcome(last, withinMs)).kind !== 'pending'
  }
  return async (withinMs) => {
    const areDecided = await Promise.all(lines.map((line) => isDecided(line, withinMs)))
    return areDecided.every(Boolean) ? [] : undecided()
  }
}

/** One look at a long queue serves all who ask within this time. */
const FRESH_MS = 500

/** What the door's readers have not answered yet, line by line in order; of a very long line its beginning. */
const atTheDoor = (connection: Connection): (() => Promise<readonly DoorRequest[]>) => {
  let look: { at: number; requests: Promise<readonly DoorRequest[]> } | undefined
  const readLine = async ({ all, reader }: Line): Promise<DoorRequest[]> => {
    const answered = await answeredUpTo(connection, reader, Streams.door)
    return (await readAll(connection, Streams.door, all, { from: (answered ?? 0) + 1, most: MOST_AT_DOOR })).map((message) =>
      requestIn(connection.seal, message),
    )
  }
  const read = async (): Promise<readonly DoorRequest[]> => (await Promise.all(lines.map(readLine))).flat()
  return () => {
    const now = performance.now()
    if (!look || now - look.at > FRESH_MS) look = { at: now, requests: read() }
    return look.requests
  }
}

/** Refuses new tasks while too many requests stand undecided in the system's own line at the door, before anything of them is stored. */
const doorkeeper = (connection: Connection, most: number): ((type: string) => Promise<void>) => {
  let look: { at: number; waiting: Promise<number> } | undefined
  return async (type) => {
    if (type !== 'task.created') return
    const now = performance.now()
    if (!look || now - look.at > FRESH_MS) look = { at: now, waiting: pendingFor(connection, DOOR_READER, Streams.door) }
    const waiting = await look.waiting
    if (waiting >= most)
      throw new RequestFault(503, [`${waiting} requests stand at the door already; nothing was stored: try again later`], {
        retryAfterMs: FULL_MS,
      })
  }
}

/** Requests at the door before no new task is taken, and how long who is refused should wait. */
const MOST_AT_DOOR = 10_000
const FULL_MS = 10_000

const claim = async (claims: KeyValues, key: string, value: string): Promise<string> => {
  for (;;) {
    if ((await claims.create(key, value)) !== undefined) return value
    const there = await claims.get(key)
    // Forgotten between the two: a day has passed just now.
    if (there) return there.value
  }
}

/** Facts that MEMORY and EVENTS both have count once. */
const newFacts = ({ seal }: Connection, messages: Awaited<ReturnType<typeof readStoryMessages>>, after: number): Fact[] => {
  const facts = new Map<string, Fact>()
  for (const message of messages) {
    const decoded = decode(catalogue, message, seal)
    // The catalogue is the product's own, so its facts are `Fact`s: the union spelled out.
    if (decoded.kind === 'fact' && !facts.has(decoded.fact.id)) facts.set(decoded.fact.id, decoded.fact as Fact)
  }
  return [...facts.values()].filter((fact) => fact.sequence > after)
}
