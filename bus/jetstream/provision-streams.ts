import { DiscardPolicy, type JetStreamManager, PersistMode, RetentionPolicy, StorageType, type StreamConfig } from '@nats-io/jetstream'
import type { Catalogue } from '../define-event.ts'
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
