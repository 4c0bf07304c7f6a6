import {
  DiscardPolicy,
  type JetStreamManager,
  PersistMode,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
  type StreamInfo,
} from '@nats-io/jetstream'
import type { Logger } from 'pino'
import type { Catalogue } from '../define-event.ts'
import { messageOf } from '../errors.ts'
import { step } from '../next-steps.ts'
import { BEFORE_SEALS, SEALED_BY, type Seal, sealedBy, whyNotOurs } from '../seal.ts'
import { EVENTS_DAYS, eventSubjects, memoryFilters, openDoorSubjects, Streams, SYSTEM_DOOR } from '../subjects.ts'
import type { Connection } from './connect.ts'
import { withSourceFor } from './memory-sources.ts'
import { changed, differences, namedIn, type StreamSettings } from './stream-settings.ts'
import { notedVersion, whatOnlyNewerKnow } from './stream-version.ts'

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

type Config = Partial<StreamConfig> & { name: string }

/**
 * Creates the streams, or gives those that are there what facts need: subjects, sources and abilities are added to, never taken
 * away, so that an older version leaves alone what it does not know. All else changes only where `settings` name it. The same
 * again changes nothing. Returns whether EVENTS was made. Throws with the stream's name what the server refuses.
 */
export const provisionStreams = async (
  jsm: JetStreamManager,
  catalogue: Catalogue,
  { version = '0.0.0', seal, ...settings }: StreamSettings & { readonly version?: string; readonly seal?: Seal | undefined } = {},
  log?: Logger,
): Promise<{ eventsAreNew: boolean }> => {
  let [eventsAreNew, isCluster] = [false, false]
  for (const config of streamConfigs(catalogue)) {
    const named = namedIn(settings, config.name)
    const there = await infoOf(jsm, config.name)
    // The first is EVENTS: MEMORY comes after it.
    if (there) isCluster = isOnCluster(there)
    const { metadata: known, newer } = notedVersion(there?.config, version)
    const metadata = { ...known, ...(seal && config.name === Streams.events ? sealMark(there?.config, seal) : {}) }
    if (there && newer) log?.warn({ stream: config.name }, whatOnlyNewerKnow(there.config, config, { version, newer }))
    const changes = there ? changesOf(there.config, { ...config, metadata }, named, memoryFilters(catalogue)) : undefined
    try {
      if (!changes) isCluster = isOnCluster(await jsm.streams.add(withoutWhatClustersForbid({ ...config, metadata, ...named }, isCluster)))
      else if (Object.keys(changes).length > 0) await jsm.streams.update(config.name, changes)
    } catch (error) {
      const why = `${messageOf(error)}${there?.config.persist_mode === PersistMode.Async && changes?.num_replicas ? `; ${ALONE}` : ''}`
      throw new Error(`stream ${config.name} cannot be as it should (${JSON.stringify(changes ?? named)}): ${why}`, { cause: error })
    }
    // As it is now: what is named has just been set.
    for (const difference of there ? differences({ ...there.config, ...changes }, config, settings) : [])
      log?.info({ stream: config.name }, difference)
    if (!there && config.name === Streams.events) eventsAreNew = true
  }
  return { eventsAreNew }
}

/** The marks of the seal that facts bear: whoever is first leaves them, and who knows what was before mends that one. Throws when they are another's. */
const sealMark = (there: Pick<StreamConfig, 'metadata'> | undefined, seal: Seal): Record<string, string> => {
  const { mark, markOfBefore, fingerprint } = seal
  const noted = there?.metadata?.[SEALED_BY] ?? mark
  if (sealedBy(noted) !== fingerprint) throw new Error(whyNotOurs(fingerprint, sealedBy(noted)))
  const before = there ? seal.mendedMarkOfBefore(there.metadata?.[BEFORE_SEALS]) : markOfBefore
  return { [SEALED_BY]: noted, ...(before ? { [BEFORE_SEALS]: before } : {}) }
}

const infoOf = (jsm: JetStreamManager, stream: string): Promise<StreamInfo | undefined> =>
  jsm.streams.info(stream).catch((error: { code?: number }) => {
    if (error.code === 10059) return undefined
    throw error
  })

/** Streams that their clients make, with settings of theirs. */
const BUCKETS: readonly Config[] = ['KV_cortex-claims', 'KV_cortex-counted', 'KV_cortex-chat', 'OBJ_cortex-blobs'].map((name) => ({
  name,
  num_replicas: 1,
}))

const ALONE = `it was made on a server that stood alone: take a \`${step('backup')}\`, and \`${step('restore')}\` it where there is none of it yet`

/** A server that stands alone says no name of a cluster. */
const isOnCluster = ({ cluster }: Pick<StreamInfo, 'cluster'>): boolean => cluster?.name !== undefined

/** What the streams and buckets of this bus are otherwise than we would make them, in words; none where there is no such stream. */
export const lookAtStreams = async (
  { jsm, streams }: Pick<Connection, 'jsm' | 'streams'>,
  catalogue: Catalogue,
): Promise<{ stream: string; words: string }[]> => {
  const looks = [...streamConfigs(catalogue), ...BUCKETS].map(async (config) => {
    const there = await infoOf(jsm, config.name)
    if (!there) return []
    // What else a bucket is, its client says.
    const ours = BUCKETS.includes(config) ? { ...there.config, placement: undefined, ...config } : config
    return differences(there.config, ours, streams).map((words) => ({ stream: config.name, words }))
  })
  return (await Promise.all(looks)).flat()
}

/** The server stores without waiting for the disk on one replica only, and never changes its mind: where there may be more, it waits. */
const withoutWhatClustersForbid = ({ persist_mode, ...config }: Config, isCluster: boolean): Config =>
  persist_mode && !isCluster ? { ...config, persist_mode } : config

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
    ...(config.metadata ? { metadata: config.metadata } : {}),
    ...(duplicate_window > 0 ? { duplicate_window: Math.max(there.duplicate_window, duplicate_window) } : {}),
    ...Object.fromEntries(able.map((ability) => [ability, true])),
    ...named,
  }
  return changed(there, wanted)
}
