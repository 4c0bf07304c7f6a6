import {
  AckPolicy,
  type ConsumerConfig,
  type ConsumerInfo,
  DeliverPolicy,
  DiscardPolicy,
  type JetStreamManager,
  PersistMode,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from '@nats-io/jetstream'
import type { Logger } from 'pino'
import type { Catalogue } from '../define-event.ts'
import type { AnyFunction } from '../define-function.ts'
import { EVENTS_DAYS, eventSubjects, memoryFilters, openDoorSubjects, Streams, SYSTEM_DOOR } from '../subjects.ts'
import { withSourceFor } from './memory-sources.ts'

const seconds = (n: number): number => n * 1_000_000_000
const DAY = seconds(86_400)

/** Streams as the design has them. `MEMORY` is left out for catalogues of which nothing is remembered. */
export const streamConfigs = (catalogue: Catalogue): (Partial<StreamConfig> & { name: string })[] => {
  const common = { retention: RetentionPolicy.Limits, discard: DiscardPolicy.Old, num_replicas: 1, allow_direct: true }
  const kept = memoryFilters(catalogue)
  return [
    {
      ...common,
      name: Streams.events,
      subjects: eventSubjects(catalogue),
      storage: StorageType.File,
      max_age: EVENTS_DAYS * DAY,
      duplicate_window: seconds(600),
      allow_atomic: true,
      allow_msg_schedules: true,
    },
    {
      ...common,
      name: Streams.door,
      subjects: [...openDoorSubjects(catalogue), `${SYSTEM_DOOR}.*.*`],
      storage: StorageType.File,
      max_age: 7 * DAY,
      duplicate_window: seconds(600),
    },
    ...(kept.length > 0
      ? [
          {
            ...common,
            name: Streams.memory,
            storage: StorageType.File,
            // A copy of EVENTS that catches up by itself: it needs no fsync of its own, which would stand in the way of EVENTS'.
            persist_mode: PersistMode.Async,
            sources: withSourceFor(kept),
          },
        ]
      : []),
    {
      ...common,
      name: Streams.live,
      subjects: ['live.>'],
      storage: StorageType.Memory,
      max_age: seconds(900),
      max_bytes: 64 * 1024 * 1024,
    },
    { ...common, name: Streams.dead, subjects: ['dlq.>'], storage: StorageType.File, max_age: 90 * DAY },
    {
      ...common,
      name: Streams.advisories,
      subjects: [Streams.events, Streams.door].map((stream) => `$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.${stream}.*`),
      storage: StorageType.File,
      max_age: 7 * DAY,
    },
  ]
}

/** Creates the streams or brings them to the wanted shape. The same again changes nothing. Returns whether EVENTS was made. */
export const provisionStreams = async (jsm: JetStreamManager, catalogue: Catalogue): Promise<{ eventsAreNew: boolean }> => {
  let eventsAreNew = false
  const kept = memoryFilters(catalogue)
  for (const config of streamConfigs(catalogue)) {
    const there = await jsm.streams.info(config.name).catch((error: { code?: number }) => {
      if (error.code === 10059) return undefined
      throw error
    })
    // How a stream is persisted is settled when it is made; an update that names it is refused.
    const { persist_mode: _, ...changeable } = config
    const sources = there?.config.sources
    if (there) await jsm.streams.update(config.name, { ...changeable, ...(sources && { sources: withSourceFor(kept, sources) }) })
    else await jsm.streams.add(config)
    if (!there && config.name === Streams.events) eventsAreNew = true
  }
  return { eventsAreNew }
}

export interface ConsumerOptions {
  ackWaitMs: number
  /** Deliveries after which the server gives up on a message: a backstop for handlers that kill their process. */
  maxDeliver: number
  /** The stream was made just now: every durable shall hear all of it, also what came between. */
  eventsAreNew: boolean
  room: Room
}

/** Which process a function's durable belongs to; it also tells them from those that others may have on the stream. */
export type Room = 'functions' | 'browser-worker'
const ROOMS: readonly (string | undefined)[] = ['functions', 'browser-worker'] satisfies Room[]

const wanted = (name: string, fn: AnyFunction, options: ConsumerOptions): Partial<ConsumerConfig> & { durable_name: string } => ({
  durable_name: name,
  ack_policy: AckPolicy.Explicit,
  ack_wait: options.ackWaitMs * 1_000_000,
  max_ack_pending: fn.ordered ? 1 : (fn.concurrency ?? 16),
  max_deliver: options.maxDeliver,
  filter_subjects: fn.door ? undefined : [...(fn.on ?? []).map((type) => `${type}.*`), `retry.${name}.>`],
  metadata: { room: options.room },
})

/**
 * Makes a durable consumer for every function. On an existing store a new one starts at the stream's end (unless it
 * says `replay: 'all'`), a renamed one after what its old name had done.
 */
export const provisionConsumers = async (
  jsm: JetStreamManager,
  functions: ReadonlyMap<string, AnyFunction>,
  options: ConsumerOptions,
  log: Logger,
): Promise<void> => {
  const { state } = await jsm.streams.info(Streams.events)
  const existing = new Map<string, { floor: number; room?: string }>()
  for await (const info of jsm.consumers.list(Streams.events))
    existing.set(info.name, { floor: info.ack_floor.stream_seq, room: info.config.metadata?.['room'] })
  // The door's last: no fact can come before every function has the consumer that will hear it.
  for (const [name, fn] of [...functions].sort(([, a], [, b]) => Number(a.door ?? false) - Number(b.door ?? false))) {
    const config = wanted(name, fn, options)
    if (fn.door) await addOrUpdate(jsm, Streams.door, config, DeliverPolicy.All)
    else if (existing.has(name)) await jsm.consumers.update(Streams.events, name, config)
    else {
      const before = fn.formerly ? existing.get(fn.formerly) : undefined
      const from = before
        ? before.floor + 1
        : fn.replay === 'all' || options.eventsAreNew || state.last_seq === 0
          ? undefined
          : state.last_seq + 1
      await jsm.consumers.add(Streams.events, {
        ...config,
        ...(from ? { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: from } : { deliver_policy: DeliverPolicy.All }),
      })
      if (before && fn.formerly) await jsm.consumers.delete(Streams.events, fn.formerly)
    }
  }
  const former = new Set([...functions.values()].map((fn) => fn.formerly))
  for (const [name, { room }] of existing)
    if (room === options.room && !functions.has(name) && !former.has(name))
      log.warn({ durable: name }, 'a durable consumer has no function any more; remove it with `nats consumer rm EVENTS <name>`')
}

/** Whether a consumer of this stream is a function's durable, in this process or another. */
export const isFunction = async ({ jsm }: { jsm: JetStreamManager }, stream: string, consumer: string): Promise<boolean> => {
  const info = await jsm.consumers.info(stream, consumer).catch((error: { code?: number }) => {
    if (error.code === 10014) return undefined
    throw error
  })
  return info !== undefined && isOfFunction(info)
}

/** Whether it is a function's durable. */
export const isOfFunction = ({ config }: Pick<ConsumerInfo, 'config'>): boolean => ROOMS.includes(config.metadata?.['room'])

const addOrUpdate = async (
  jsm: JetStreamManager,
  stream: string,
  config: Partial<ConsumerConfig> & { durable_name: string },
  deliver_policy: DeliverPolicy,
): Promise<void> => {
  const there = await jsm.consumers.info(stream, config.durable_name).catch((error: { code?: number }) => {
    if (error.code === 10014) return undefined
    throw error
  })
  if (there) await jsm.consumers.update(stream, config.durable_name, config)
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
