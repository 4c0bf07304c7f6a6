import { isDeepStrictEqual } from 'node:util'
import { DiscardPolicy, type JetStreamManager, PersistMode, RetentionPolicy, StorageType, type StreamConfig } from '@nats-io/jetstream'
import type { Logger } from 'pino'
import type { Catalogue } from '../define-event.ts'
import { messageOf } from '../errors.ts'
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

/** What the configuration names of the streams; what it does not name is the operator's once a stream is made. */
export interface StreamSettings {
  /** Copies of every stream on a cluster. */
  readonly replicas?: number | undefined
  /** How long EVENTS keeps facts. */
  readonly maxAgeMs?: number | undefined
  readonly placement?: { readonly cluster?: string | undefined; readonly tags?: readonly string[] | undefined } | undefined
}

type Config = Partial<StreamConfig> & { name: string }

/**
 * Creates the streams, or gives those that are there what facts need: subjects, sources and abilities are added to, never taken
 * away, so that an older version leaves alone what it does not know. All else changes only where `settings` name it. The same
 * again changes nothing. Returns whether EVENTS was made. Throws with the stream's name what the server refuses.
 */
export const provisionStreams = async (
  jsm: JetStreamManager,
  catalogue: Catalogue,
  settings: StreamSettings = {},
  log?: Logger,
): Promise<{ eventsAreNew: boolean }> => {
  let eventsAreNew = false
  for (const config of streamConfigs(catalogue)) {
    const named = namedIn(settings, config.name)
    const there = await jsm.streams.info(config.name).catch((error: { code?: number }) => {
      if (error.code === 10059) return undefined
      throw error
    })
    const changes = there ? changesOf(there.config, config, named, memoryFilters(catalogue)) : undefined
    try {
      if (!changes) await jsm.streams.add(withoutWhatReplicasForbid({ ...config, ...named }))
      else if (Object.keys(changes).length > 0) await jsm.streams.update(config.name, changes)
    } catch (error) {
      throw new Error(`stream ${config.name} cannot be as it should (${JSON.stringify(changes ?? named)}): ${messageOf(error)}`, {
        cause: error,
      })
    }
    for (const difference of there ? differences(there.config, config, named) : [])
      log?.info({ stream: config.name }, `${difference}; kept, because cortex.toml does not name it`)
    if (!there && config.name === Streams.events) eventsAreNew = true
  }
  return { eventsAreNew }
}

const namedIn = ({ replicas, maxAgeMs, placement }: StreamSettings, stream: string): Partial<StreamConfig> => ({
  ...(replicas === undefined ? {} : { num_replicas: replicas }),
  ...(maxAgeMs === undefined || stream !== Streams.events ? {} : { max_age: maxAgeMs * 1_000_000 }),
  ...(placement ? { placement: { cluster: placement.cluster ?? '', tags: [...(placement.tags ?? [])] } } : {}),
})

/** The server stores without waiting for the disk on one replica only. */
const withoutWhatReplicasForbid = ({ persist_mode, ...config }: Config): Config =>
  persist_mode && (config.num_replicas ?? 1) === 1 ? { ...config, persist_mode } : config

/** What must change of a stream that is there. Pure. */
export const changesOf = (
  there: StreamConfig,
  { subjects = [], sources, duplicate_window = 0, ...config }: Config,
  named: Partial<StreamConfig>,
  remembered: readonly string[],
): Partial<StreamConfig> => {
  const able = (['allow_direct', 'allow_atomic', 'allow_msg_schedules'] as const).filter((ability) => config[ability])
  const wanted: Partial<StreamConfig> = {
    ...(subjects.length > 0 ? { subjects: [...new Set([...(there.subjects ?? []), ...subjects])] } : {}),
    ...(sources ? { sources: withSourceFor(remembered, there.sources ?? []) } : {}),
    ...(duplicate_window > 0 ? { duplicate_window: Math.max(there.duplicate_window, duplicate_window) } : {}),
    ...Object.fromEntries(able.map((ability) => [ability, true])),
    ...named,
  }
  return changed(there, wanted)
}

const changed = (there: StreamConfig, wanted: Partial<StreamConfig>): Partial<StreamConfig> => {
  const now = new Map(Object.entries(there))
  return Object.fromEntries(Object.entries(wanted).filter(([key, value]) => !isDeepStrictEqual(now.get(key), value)))
}

/** What an operator may set by hand. */
const OPERATORS = ['num_replicas', 'max_age', 'max_bytes', 'max_msgs', 'discard', 'placement'] as const

/** What the bus has otherwise than we would make it, in words. Pure. */
export const differences = (there: StreamConfig, ours: Config, named: Partial<StreamConfig>): string[] =>
  OPERATORS.filter((key) => named[key] === undefined && isSet(there[key]) && !isDeepStrictEqual(there[key], ours[key])).map(
    (key) => `${key} is ${words(key, there[key])}, by default ${words(key, ours[key])}`,
  )

/** The server says 0 or -1 for no limit. */
const isSet = (value: unknown): boolean => value !== undefined && value !== 0 && value !== -1
const words = (key: string, value: unknown): string =>
  key === 'max_age' && typeof value === 'number' ? `${value / DAY} days` : value === undefined ? 'not set' : JSON.stringify(value)
