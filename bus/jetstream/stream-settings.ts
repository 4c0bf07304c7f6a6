import { isDeepStrictEqual } from 'node:util'
import type { JetStreamManager, StreamConfig } from '@nats-io/jetstream'
import { messageOf } from '../errors.ts'
import { Streams } from '../subjects.ts'

/** What the configuration names of the streams; what it does not name is the operator's once a stream is made. */
export interface StreamSettings {
  /** Copies of every stream on a cluster. */
  readonly replicas?: number | undefined
  /** How long EVENTS keeps facts. */
  readonly maxAgeMs?: number | undefined
  /** How long the longest timer runs that lies in EVENTS, and which settings say so. */
  readonly timers?: { readonly longestMs: number; readonly named: string } | undefined
  readonly placement?: { readonly cluster?: string | undefined; readonly tags?: readonly string[] | undefined } | undefined
}

/** What the settings name of one stream, as the server takes it. */
export const namedIn = ({ replicas, maxAgeMs, placement }: StreamSettings, stream: string): Partial<StreamConfig> => ({
  ...(replicas === undefined ? {} : { num_replicas: replicas }),
  ...(maxAgeMs === undefined || stream !== Streams.events ? {} : { max_age: maxAgeMs * 1_000_000 }),
  ...(placement ? { placement: { cluster: placement.cluster ?? '', tags: [...(placement.tags ?? [])] } } : {}),
})

/** What of it is otherwise there. Pure. */
export const changed = (there: StreamConfig, wanted: Partial<StreamConfig>): Partial<StreamConfig> => {
  const now = new Map(Object.entries(there))
  return Object.fromEntries(Object.entries(wanted).filter(([key, value]) => !isDeepStrictEqual(now.get(key), value)))
}

const DAY_NS = 86_400_000_000_000
/** What an operator may set by hand. */
const OPERATORS = ['num_replicas', 'max_age', 'max_bytes', 'max_msgs', 'discard', 'placement'] as const

/** What a stream of the bus is otherwise than we would make it, each in a sentence. Pure. */
export const differences = (there: StreamConfig, ours: Partial<StreamConfig>, settings: StreamSettings): string[] => {
  const named = namedIn(settings, there.name)
  const kept = OPERATORS.filter((key) => named[key] === undefined && isSet(there[key]) && !isDeepStrictEqual(there[key], ours[key]))
  const late = OPERATORS.filter((key) => named[key] !== undefined && !isDeepStrictEqual(there[key], named[key]))
  const { longestMs, named: longer } = settings.timers ?? { longestMs: 0, named: '' }
  const isShort = there.name === Streams.events && isSet(there.max_age) && there.max_age < longestMs * NS
  return [
    ...kept.map(
      (key) => `${key} is ${words(key, there[key])}, by default ${words(key, ours[key])}; kept, because cortex.toml does not name it`,
    ),
    ...late.map((key) => `${key} is ${words(key, there[key])}, but cortex.toml says ${words(key, named[key])}; the next start sets it`),
    ...(isShort
      ? [
          `max_age is ${words('max_age', there.max_age)}, and timers run for ${words('max_age', longestMs * NS)}: ` +
            `a longer one is lost; make max_age longer, or ${longer} shorter`,
        ]
      : []),
  ]
}

const NS = 1_000_000

/** The server says 0 or -1 for no limit. */
const isSet = (value: unknown): boolean => value !== undefined && value !== 0 && value !== -1
const words = (key: string, value: unknown): string =>
  key === 'max_age' && typeof value === 'number'
    ? `${Math.round((value / DAY_NS) * 100) / 100} days`
    : value === undefined
      ? 'not set'
      : JSON.stringify(value)

/** Gives a bucket's stream, which its client makes, what the settings name. Throws with its name what the server refuses. */
export const settleBucket = async (
  { jsm, streams }: { readonly jsm: JetStreamManager; readonly streams: StreamSettings },
  stream: string,
): Promise<void> => {
  if (Object.keys(namedIn(streams, stream)).length === 0) return
  const { config } = await jsm.streams.info(stream)
  const changes = changed(config, namedIn(streams, stream))
  if (Object.keys(changes).length === 0) return
  await jsm.streams.update(stream, changes).catch((error) => {
    throw new Error(`stream ${stream} cannot be as it should (${JSON.stringify(changes)}): ${messageOf(error)}`, { cause: error })
  })
}
