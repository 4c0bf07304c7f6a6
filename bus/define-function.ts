import type { Logger } from 'pino'
import type { z } from 'zod'
import type { Blobs } from './blobs.ts'
import type { Catalogue } from './define-event.ts'
import type { Duration } from './duration.ts'
import type { FactOf } from './envelope.ts'
import type { Share } from './shares.ts'

type Type<C extends Catalogue> = keyof C & string
type Awaitable<T> = T | Promise<T>

/** Protects an append: it is stored only if the last sequence over `filter` is still `sequence`. */
export interface Guard {
  readonly filter: string
  readonly sequence: number
}

/** An event a handler returns; the runtime gives it its id, its cause and its place. */
export interface NewEvent<T extends string = string> {
  readonly type: T
  readonly data: unknown
  /** Another story than the cause's. */
  readonly id?: string
  readonly guard?: Guard
  /** A timer: it is stored under its subject at this time (ISO 8601). */
  readonly at?: string
}

/** Makes an event; the compiler accepts declared types with their data only. */
export type Say<C extends Catalogue, Emits extends Type<C>> = <T extends Emits>(
  type: T,
  data: z.input<C[T]['data']>,
  to?: { id?: string; guard?: Guard },
) => NewEvent<T>
export type Later<C extends Catalogue, Emits extends Type<C>> = <T extends Emits>(
  at: Date,
  type: T,
  data: z.input<C[T]['data']>,
) => NewEvent<T>

/** What came through the door, not yet believed. */
export interface DoorRequest {
  /** The two tokens of what is asked for. */
  readonly type: string
  /** True when it came over an open subject, where anybody on the bus may publish. */
  readonly open: boolean
  readonly subject: string
  readonly sequence: number
  readonly time: string
  readonly body: string
  /** The publisher's `Nats-Msg-Id`, if any. */
  readonly messageId?: string
  /** Its sender had its share when it sent this: it stands for `count` requests of this sender up to the sequence `through`, all to be refused. */
  readonly over?: { readonly count: number; readonly through: number }
}

/** Everything a handler gets. Dependencies are arguments: a test passes its own. */
export interface Context<C extends Catalogue, State, On extends Type<C>, Emits extends Type<C>, Records extends Type<C>, Services> {
  /** The fact that woke the function. */
  readonly event: { [T in On]: FactOf<C, T> }[On]
  /** The state of the event's story (or another one), folded at least up to the event. Throws `StoryEnded` when it has ended, unless `afterEnd`. */
  readonly state: (id?: string) => Promise<State>
  /** The states of all open stories, folded at least up to the event. */
  readonly openStates: () => Promise<readonly State[]>
  /** The last sequence stored under a filter, after which the folds are up to date: a guard over many stories. */
  readonly lastSequence: (filter: string) => Promise<number>
  readonly say: Say<C, Emits>
  readonly later: Later<C, Emits>
  /** Stores a declared fact before it returns. The same again (type, story and data) is stored once. */
  readonly record: <T extends Records>(type: T, data: z.input<C[T]['data']>, to?: { id?: string; guard?: Guard }) => Promise<void>
  /** All facts of an id (the event's own unless named), read from the stream past every cache: for stories without a state. */
  readonly history: (id?: string) => Promise<readonly { [T in Type<C>]: FactOf<C, T> }[Type<C>][]>
  /** The newest fact of a type about an id, read from the stream; undefined when there is none. */
  readonly latest: <T extends Type<C>>(type: T, id: string) => Promise<FactOf<C, T> | undefined>
  readonly blobs: Blobs
  readonly services: Services
  readonly log: Logger
  readonly now: () => Date
  /** Aborts on the deadline, when the story ends, and when the process stops. */
  readonly signal: AbortSignal
  /** 1 for the first try. */
  readonly attempt: number
  /** How often this decision came too late because somebody else wrote first; 0 at first. */
  readonly conflicts: number
  /** A line of live output for followers; not a fact. */
  readonly live: (stream: string, line: string) => void
}

/** What every function says about itself. */
interface Habits {
  /** It changes something outside the bus, or costs: before it runs, the stream is asked whether this cause was answered. */
  readonly effect?: true
  /** Its answer counts only if nobody wrote to the story since it was read; else it decides again. */
  readonly guard?: true
  /** It also works for stories that have ended. */
  readonly afterEnd?: true
  /** It only tells somebody what happened: that it gave up is written down, and ends no story. */
  readonly tells?: true
  /** A new function hears what comes, and of open stories what nobody took further; with this it hears everything there is. */
  readonly replay?: 'all'
  /** The function's old name: it goes on after what that one had done. */
  readonly formerly?: string
}

/** Several at a time; a failure is tried again by the declared back-off, then it is a dead letter. */
interface Parallel extends Habits {
  readonly ordered?: never
  /** How long one try may take. */
  readonly timeout: Duration
  /** The settings `timeouts.*` that the work in it may take as long as: a longer one is refused at the start. */
  readonly within?: readonly string[]
  /** Further tries after a failure: `attempts` in all, with these pauses (the last one repeats). */
  readonly retry: { readonly attempts: number; readonly backoff: readonly Duration[] }
  /** Messages in flight over all replicas (max_ack_pending). Default 16. */
  readonly concurrency?: number
}

/** One at a time in the order of arrival: a failing surrounding is waited for in place, so there is no deadline and no last try. */
interface Ordered extends Habits {
  readonly ordered: true
  readonly timeout?: never
  readonly within?: never
  readonly retry?: never
  readonly concurrency?: never
}

interface Work<C extends Catalogue, State, On extends Type<C>, Emits extends Type<C>, Records extends Type<C>, Services> {
  readonly on: readonly On[]
  readonly emits: readonly Emits[]
  /** Facts stored during the handler, by `record`. */
  readonly records?: readonly Records[]
  readonly handler: (context: Context<C, State, On, Emits, Records, Services>) => Awaitable<readonly NewEvent<Emits>[]>
}
export interface FunctionSpec<C extends Catalogue, State, On extends Type<C>, Emits extends Type<C>, Records extends Type<C>, Services>
  extends Work<C, State, On, Emits, Records, Services>,
    Parallel {}
export interface OrderedSpec<C extends Catalogue, State, On extends Type<C>, Emits extends Type<C>, Records extends Type<C>, Services>
  extends Work<C, State, On, Emits, Records, Services>,
    Ordered {}

export interface DoorSpec<C extends Catalogue, State, Emits extends Type<C>, Services> extends Ordered {
  readonly door: true
  /** The types of requests it reads; every other reader of the door has others. Absent: all there are. */
  readonly takes?: readonly string[]
  /** Over which subjects it takes them: the system's own door, or the open ones, where anybody may publish. Absent: both. */
  readonly from?: 'system' | 'anybody'
  /** What each sender may have undecided, where it is known who sends: the senders take turns then. Absent: one line for all. */
  readonly share?: Share
  readonly emits: readonly Emits[]
  readonly handler: (
    context: Omit<Context<C, State, Type<C>, Emits, never, Services>, 'event' | 'record' | 'say'> & {
      request: DoorRequest
      say: SayTo<C, Emits>
    },
  ) => Awaitable<readonly NewEvent<Emits>[]>
}
/** At the door every event names its story. */
export type SayTo<C extends Catalogue, Emits extends Type<C>> = <T extends Emits>(
  type: T,
  data: z.input<C[T]['data']>,
  to: { id: string; guard?: Guard },
) => NewEvent<T>

/** Any function, as the runtime handles it. */
export type AnyFunction = (Parallel | Ordered) & {
  readonly on?: readonly string[]
  readonly door?: true
  readonly takes?: readonly string[]
  readonly from?: 'system' | 'anybody'
  readonly share?: Share
  readonly emits: readonly string[]
  readonly records?: readonly string[]
  // The runtime calls it with what the declaration promised; types meet in define-function only.
  readonly handler: (context: never) => Awaitable<readonly NewEvent[]>
}

/** `defineFunction` for a catalogue, the state of its stories and services. A function's file's name is its name and its durable consumer's. */
export const functionsOf =
  <C extends Catalogue, State, Services>() =>
  <const On extends Type<C>, const Emits extends Type<C> = never, const Records extends Type<C> = never>(
    spec: FunctionSpec<C, State, On, Emits, Records, Services>,
  ): FunctionSpec<C, State, On, Emits, Records, Services> =>
    spec

/** `defineOrdered` for the same: one at a time, in the order of arrival. */
export const orderedOf =
  <C extends Catalogue, State, Services>() =>
  <const On extends Type<C>, const Emits extends Type<C> = never, const Records extends Type<C> = never>(
    spec: Omit<OrderedSpec<C, State, On, Emits, Records, Services>, 'ordered'>,
  ): OrderedSpec<C, State, On, Emits, Records, Services> => ({ ...spec, ordered: true })

/** `defineDoor` for the same: a function that reads the door, ordered as well. */
export const doorOf =
  <C extends Catalogue, State, Services>() =>
  <const Emits extends Type<C>>(
    spec: Omit<DoorSpec<C, State, Emits, Services>, 'door' | 'ordered'>,
  ): DoorSpec<C, State, Emits, Services> => ({ ...spec, ordered: true, door: true })
