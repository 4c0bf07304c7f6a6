import { z } from 'zod'

/** What the processes of one room tell each other on the bus, so that of two versions only the newer one takes messages. Pure. */

/** A process with functions, as it tells of itself. */
export const Peer = z.object({
  id: z.string(),
  /** Of the program: three numbers. */
  version: z.string(),
  /** When the process started, in milliseconds since 1970. */
  since: z.number(),
  /** How often it began to take messages; 0 before the first time. */
  turn: z.int(),
  /** Whether it takes messages now; else it only finishes what it holds. */
  active: z.boolean(),
  /** What each function listens to. */
  hears: z.record(z.string(), z.array(z.string())),
  /** Ids of the stories it holds a message of. */
  holds: z.array(z.string()),
})
export type Peer = z.infer<typeof Peer>

/** Negative where `one` is older than `other`. */
export const compareVersions = (one: string, other: string): number => one.localeCompare(other, 'en', { numeric: true })

/**
 * Whether `one` takes the messages while both are there: it has the higher version; or, where a developer changed the functions
 * within one version, it started later.
 */
export const isNewer = (one: Peer, other: Peer): boolean =>
  compareVersions(one.version, other.version) > 0 ||
  (one.version === other.version && differences(one, other).length > 0 && startedLater(one, other))

const startedLater = (one: Peer, other: Peer): boolean => one.since > other.since || (one.since === other.since && one.id > other.id)

/** Functions that both have and that listen to something else in each: their durables cannot serve both. */
export const differences = (one: Pick<Peer, 'hears'>, other: Pick<Peer, 'hears'>): string[] =>
  Object.keys(one.hears).filter((name) => other.hears[name] && setOf(one.hears[name]) !== setOf(other.hears[name]))

const setOf = (types: readonly string[] = []): string => types.toSorted().join(' ')

/** Why a process stands by, in a sentence. */
export const whyStandby = (self: Peer, newer: Peer): string => {
  const changed = differences(self, newer)
  const functions = changed.length > 0 ? ` (other facts are heard there by ${changed.join(', ')})` : ''
  return self.version === newer.version
    ? `a later start of cortex ${newer.version} with other functions is at work${functions}: this one takes no messages, finishes what it holds, and goes on when that one is gone`
    : `cortex ${newer.version} is at work${functions}: this one is ${self.version}; it takes no messages, finishes what it holds, and goes on when that one is gone`
}
