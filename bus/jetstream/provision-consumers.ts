import {
  AckPolicy,
  type ConsumerConfig,
  type ConsumerInfo,
  DeliverPolicy,
  JetStreamApiError,
  type JetStreamManager,
} from '@nats-io/jetstream'
import type { Logger } from 'pino'
import type { AnyFunction } from '../define-function.ts'
import { type Hearing, type HearingPlan, type Known, newHearing, planHearing } from '../hearing.ts'
import { Streams, SYSTEM_DOOR } from '../subjects.ts'

export interface ConsumerOptions {
  ackWaitMs: number
  /** Deliveries after which the server gives up on a message: a backstop for handlers that kill their process. */
  maxDeliver: number
  /** The stream was made just now: every durable shall hear all of it, also what came between. */
  eventsAreNew: boolean
  room: Room
  /** Whether it is seen who sends what to the door: its readers with shares read ahead then. */
  sendersAreKnown?: boolean
}

/** Which process a function's durable belongs to; it also tells them from those that others may have on the stream. */
export type Room = 'functions' | 'browser-worker'
const ROOMS: readonly (string | undefined)[] = ['functions', 'browser-worker'] satisfies Room[]

type Wanted = Partial<ConsumerConfig> & { durable_name: string }

/** What we want of a durable. */
const wanted = (name: string, fn: AnyFunction, options: ConsumerOptions): Wanted => ({
  durable_name: name,
  ack_policy: AckPolicy.Explicit,
  ack_wait: options.ackWaitMs * 1_000_000,
  max_ack_pending: fn.ordered ? readAhead(fn, options) : (fn.concurrency ?? 16),
  max_deliver: options.maxDeliver,
  filter_subjects: filtersOf(name, fn),
  metadata: { room: options.room, [SET]: JSON.stringify(numbersOf(fn, options)) },
})

/** Twice what all may have undecided: what one sender has over its share must not hide who comes after it. */
const readAhead = ({ share }: AnyFunction, { sendersAreKnown }: ConsumerOptions): number =>
  share && sendersAreKnown ? 2 * share.all.count : 1

const filtersOf = (name: string, fn: AnyFunction): string[] => [...(fn.on ?? []).map((type) => `${type}.*`), `retry.${name}.>`]

/** What an operator may change by hand: it changes with us only while it is what we set last. How many an ordered one has in flight is not: one, or what is read ahead for its senders' turns. */
const numbersOf = (fn: AnyFunction, { maxDeliver }: ConsumerOptions): Numbers => ({
  ...(fn.ordered ? {} : { max_ack_pending: fn.concurrency ?? 16 }),
  max_deliver: maxDeliver,
})

type Numbers = Readonly<Partial<Pick<ConsumerConfig, 'max_ack_pending' | 'max_deliver'>>>

/** The wanted shape of a durable that is there, but for what an operator set by hand. */
const withOperators = (config: Wanted, { config: there }: Pick<ConsumerInfo, 'config'>): Wanted => {
  // Only we write it there; a durable of an earlier version has what we set.
  const set = JSON.parse(there.metadata?.[SET] ?? '{}') as Numbers
  const keys = (['max_ack_pending', 'max_deliver'] as const).filter((key) => set[key] !== undefined && there[key] !== set[key])
  return { ...config, ...Object.fromEntries(keys.map((key) => [key, there[key]])) }
}

/** What each function hears by its durable, and what is owed to it. */
export type Hearings = ReadonlyMap<string, HearingPlan>

/**
 * Makes a durable consumer for every function. On an existing store a new one hears what comes (with `replay: 'all'` all there
 * is), a renamed one what its old name had not done; what an open story still needs of before is told as owed.
 */
export const provisionConsumers = async (
  jsm: JetStreamManager,
  functions: ReadonlyMap<string, AnyFunction>,
  options: ConsumerOptions,
  log: Logger,
): Promise<Hearings> => {
  const existing = new Map<string, ConsumerInfo>()
  for await (const info of jsm.consumers.list(Streams.events)) existing.set(info.name, info)
  const hearings = new Map<string, HearingPlan>()
  for (const [name, fn] of functions) {
    if (fn.door) continue
    const config = wanted(name, fn, options)
    const there = existing.get(name)
    if (there) hearings.set(name, await updateDurable(jsm, fn, withOperators(config, there), there))
    else hearings.set(name, await addDurable(jsm, fn, config, existing.get(fn.formerly ?? ''), options.eventsAreNew))
  }
  // No fact can come before every function has the consumer that will hear it.
  await provisionDoor(
    jsm,
    [...functions].filter(([, fn]) => fn.door),
    options,
  )
  const former = new Set([...functions.values()].map((fn) => fn.formerly))
  for (const [name, info] of existing)
    if (info.config.metadata?.['room'] === options.room && !functions.has(name) && !former.has(name)) await leave(jsm, info, log)
  return hearings
}

/**
 * The readers of the door. One that is new goes on where those stand who had its subjects until now, and is there before they are
 * narrowed: what comes meanwhile is read twice rather than by nobody.
 */
const provisionDoor = async (
  jsm: JetStreamManager,
  readers: readonly (readonly [string, AnyFunction])[],
  options: ConsumerOptions,
): Promise<void> => {
  if (readers.length === 0) return
  const { config } = await jsm.streams.info(Streams.door)
  const looks = await Promise.all(
    readers.map(async ([name, fn]) => ({
      wish: { ...wanted(name, fn, options), filter_subjects: fn.takes && doorFilters(fn, config.subjects ?? []) },
      there: await infoOf(jsm, Streams.door, name),
    })),
  )
  const before = looks.flatMap(({ there }) => (there ? [there] : []))
  for (const { wish, there } of looks)
    if (!there) await jsm.consumers.add(Streams.door, { ...wish, ...startAfter(before.filter((other) => hasRead(other, wish))) })
  for (const { wish, there } of looks) if (there) await jsm.consumers.update(Streams.door, wish.durable_name, withOperators(wish, there))
}

/** Whether a reader of the door had one of these subjects until now. */
const hasRead = ({ config }: Pick<ConsumerInfo, 'config'>, { filter_subjects }: Wanted): boolean => {
  const had = heardBy(config)
  return had.length === 0 || had.some((subject) => !filter_subjects || filter_subjects.includes(subject))
}

const startAfter = (before: readonly ConsumerInfo[]): Pick<ConsumerConfig, 'deliver_policy'> & Partial<ConsumerConfig> =>
  before.length === 0
    ? { deliver_policy: DeliverPolicy.All }
    : { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: Math.min(...before.map(({ ack_floor }) => ack_floor.stream_seq)) + 1 }

/** The subjects of the requests that a reader takes: at the system's own door, and where anybody may ask for it, the open one. */
const doorFilters = ({ takes = [], from }: AnyFunction, subjects: readonly string[]): string[] =>
  takes.flatMap((type) => [
    ...(from === 'anybody' ? [] : [`${SYSTEM_DOOR}.${type}`]),
    ...(from !== 'system' && subjects.includes(type) ? [type] : []),
  ])

const infoOf = (jsm: JetStreamManager, stream: string, name: string): Promise<ConsumerInfo | undefined> =>
  jsm.consumers.info(stream, name).catch((error: { code?: number }) => {
    if (error.code === 10014) return undefined
    throw error
  })

/** Twice: first the filters, then, with the end of the stream after that, from where each type is heard for certain. */
const updateDurable = async (jsm: JetStreamManager, fn: AnyFunction, config: Wanted, there: ConsumerInfo): Promise<HearingPlan> => {
  const on = fn.on ?? []
  const known = knownOf(there)
  const changes = known.left || on.some((type) => known.hears[type] === undefined)
  const kept = metadataOf(there, { ...config.metadata, ...noted(known), ...(known.left ? { [LEFT]: 'yes' } : {}) })
  if (changes) await jsm.consumers.update(Streams.events, there.name, { ...config, metadata: kept })
  const plan = planHearing(on, known, changes ? (await jsm.streams.info(Streams.events)).state.last_seq : 0)
  await jsm.consumers.update(Streams.events, there.name, { ...config, metadata: metadataOf(there, { ...config.metadata, ...noted(plan) }) })
  return plan
}

const addDurable = async (
  jsm: JetStreamManager,
  fn: AnyFunction,
  config: Wanted,
  before: ConsumerInfo | undefined,
  eventsAreNew: boolean,
): Promise<HearingPlan> => {
  const on = fn.on ?? []
  const { state } = await jsm.streams.info(Streams.events)
  const from = before ? before.ack_floor.stream_seq : fn.replay === 'all' || eventsAreNew ? 0 : state.last_seq
  const plan = before ? planHearing(on, knownOf(before), from) : newHearing(on, from)
  const start = from > 0 ? { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: from + 1 } : { deliver_policy: DeliverPolicy.All }
  try {
    await jsm.consumers.add(Streams.events, { ...config, ...start, metadata: { ...config.metadata, ...noted(plan) } })
  } catch (error) {
    // Another process of ours was quicker: what its durable says counts.
    if (!(error instanceof JetStreamApiError) || error.code !== ALREADY_THERE) throw error
    return updateDurable(jsm, fn, config, await jsm.consumers.info(Streams.events, config.durable_name))
  }
  if (before) await jsm.consumers.delete(Streams.events, before.name)
  return plan
}

/** A durable without a function waits for its return, and what others take further meanwhile is past for it then. */
const leave = async (jsm: JetStreamManager, info: ConsumerInfo, log: Logger): Promise<void> => {
  log.warn({ durable: info.name }, 'a durable consumer has no function any more; remove it with `nats consumer rm EVENTS <name>`')
  if (info.config.metadata?.[LEFT] !== undefined) return
  await jsm.consumers.update(Streams.events, info.name, { metadata: metadataOf(info, { ...noted(knownOf(info)), [LEFT]: 'yes' }) })
}

/** What was owed to a function is given: it is not looked for at the next start. */
export const settle = async ({ jsm }: { jsm: JetStreamManager }, name: string): Promise<void> => {
  const info = await jsm.consumers.info(Streams.events, name)
  await jsm.consumers.update(Streams.events, name, { metadata: metadataOf(info, { [OWED]: '' }) })
}

const ALREADY_THERE = 10148
const SET = 'cortex-set'
const HEARS = 'cortex-hears'
const OWED = 'cortex-owed'
const LEFT = 'cortex-left'

const noted = ({ hears, owed }: HearingPlan): Record<string, string> => ({ [HEARS]: JSON.stringify(hears), [OWED]: owed.join(',') })

/** The durable's metadata with ours in it; what an operator noted there stays. */
const metadataOf = ({ config }: ConsumerInfo, ours: Record<string, string>): Record<string, string> => {
  const { [LEFT]: _, ...rest } = config.metadata ?? {}
  return { ...rest, ...ours }
}

const heardBy = ({ filter_subjects, filter_subject }: ConsumerConfig): string[] =>
  filter_subjects ?? (filter_subject ? [filter_subject] : [])

/** A durable of an earlier version says nothing of itself: it has heard what its filters say. */
const knownOf = ({ config }: ConsumerInfo): Known => {
  const types = heardBy(config)
    .filter((filter) => !filter.startsWith('retry.'))
    .map((filter) => filter.replace(/\.\*$/, ''))
  const hears = config.metadata?.[HEARS]
  return {
    // Only we write it there.
    hears: hears ? (JSON.parse(hears) as Hearing) : Object.fromEntries(types.map((type) => [type, 0])),
    owed: config.metadata?.[OWED]?.split(',').filter(Boolean) ?? [],
    left: isLeft({ config }),
  }
}

/** Whether a consumer of this stream is a function's durable, in this process or another. */
export const isFunction = async ({ jsm }: { jsm: JetStreamManager }, stream: string, consumer: string): Promise<boolean> => {
  const info = await infoOf(jsm, stream, consumer)
  return info !== undefined && isOfFunction(info)
}

/** Whether it is a function's durable. */
export const isOfFunction = ({ config }: Pick<ConsumerInfo, 'config'>): boolean => ROOMS.includes(config.metadata?.['room'])

/** Whether a durable's function was gone when its room last started. */
export const isLeft = ({ config }: Pick<ConsumerInfo, 'config'>): boolean => config.metadata?.[LEFT] !== undefined

/** Whether every function has a durable that hears what it listens to. */
export const areInPlace = async (jsm: JetStreamManager, functions: ReadonlyMap<string, AnyFunction>): Promise<boolean> => {
  const filters = new Map<string, string>()
  for await (const { name, config } of jsm.consumers.list(Streams.events))
    filters.set(name, JSON.stringify(config.filter_subjects?.toSorted()))
  return [...functions].every(([name, fn]) => fn.door || filters.get(name) === JSON.stringify(filtersOf(name, fn).toSorted()))
}

const addOrUpdate = async (jsm: JetStreamManager, stream: string, config: Wanted, deliver_policy: DeliverPolicy): Promise<void> => {
  const there = await infoOf(jsm, stream, config.durable_name)
  if (there) await jsm.consumers.update(stream, config.durable_name, withOperators(config, there))
  else await jsm.consumers.add(stream, { ...config, deliver_policy })
}

export const ADVISORY_DURABLE = 'bury-poison'

/** The durable that hears when the server gave up delivering a message (its handler killed the process again and again). */
export const provisionAdvisories = (jsm: JetStreamManager, ackWaitMs: number): Promise<void> =>
  addOrUpdate(
    jsm,
    Streams.advisories,
    { durable_name: ADVISORY_DURABLE, ack_policy: AckPolicy.Explicit, ack_wait: ackWaitMs * 1_000_000, max_ack_pending: 1 },
    DeliverPolicy.All,
  )
