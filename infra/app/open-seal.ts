import { createHmac } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { Logger } from 'pino'
import { z } from 'zod'
import { type Connection, withoutLogins } from '../../bus/jetstream/connect.ts'
import { lastStored } from '../../bus/jetstream/read.ts'
import { sealTimers } from '../../bus/jetstream/seal-timers.ts'
import {
  BEFORE_SEALS,
  type Before,
  beforeIn,
  type End,
  fingerprintOf,
  NOTHING_BEFORE,
  SEALED_BY,
  type Seal,
  sealBy,
  sealedBy,
  sinceIn,
  TAKE_OVER,
  whyNotOurs,
} from '../../bus/seal.ts'
import { Streams } from '../../bus/subjects.ts'
import { ConfigFault, type LoadedConfig, namedVariable } from '../config/config.ts'
import type { Environment } from '../config/environment.ts'
import { operatorSecret, writePrivate } from './system-file.ts'

const Ended = z.object({ sequence: z.int(), time: z.number() })

/**
 * Since when a data folder seals on a bus, and with which key (its fingerprint): what EVENTS held before is taken as it is, and so is what
 * DOOR and DLQ held `before` (a folder that sealed facts alone has not noted that).
 */
const Since = z.object({ sequence: z.int(), key: z.string(), before: z.object({ door: Ended, dead: Ended }).optional() })
type Since = z.infer<typeof Since>
const Notes = z.record(z.string(), Since)

interface Given {
  readonly loaded: LoadedConfig
  readonly env: Environment
}

/** How long the timers of before may take until all are sealed. */
const SEALING_MS = 120_000

/**
 * The connection with the system's seal, whose key is made of the data folder's secret, or is the variable's that `[nats] seal_key_env`
 * names. The first start with a key on a store without seals seals what timers are set there and notes how far EVENTS, the door and the
 * dead letters are. Throws ConfigFault where the facts bear another seal and nobody took them over.
 */
export const withSeal = async <C extends Connection>(connection: C, given: Given, log: Logger): Promise<C & { readonly seal: Seal }> => {
  const key = keyOf(given)
  const events = await eventsOf(connection)
  const fingerprint = fingerprintOf(key)
  const noted = notesIn(given)[busOf(given)]
  const standing = sealStandingOf({
    noted,
    mark: events?.mark,
    key,
    last: events?.last ?? 0,
    takenOver: given.env[TAKE_OVER],
  })
  if (standing.kind === 'others') throw new ConfigFault(given.loaded.config.nats.seal_key_env, [whyNotOurs(fingerprint, standing.theirs)])
  if (standing.kind === 'first') return takeAsOurs(connection, given)
  const known = beforeOf({ noted, mark: events?.markOfBefore, key })
  if (known.doubt) log.warn(known.doubt)
  const before = known.before ?? (await endsOf(connection))
  note(given, { sequence: standing.since, key: fingerprint, before })
  return { ...connection, seal: sealBy(key, standing.since, before) }
}

/** Takes everything that is in the store for this system's own, whoever sealed it: timers bear its seal then, and what else there is needs none. */
export const takeAsOurs = async <C extends Connection>(connection: C, given: Given): Promise<C & { readonly seal: Seal }> => {
  const key = keyOf(given)
  const isThere = (await eventsOf(connection)) !== undefined
  if (isThere) await sealTimers(connection, sealBy(key, 0), AbortSignal.timeout(SEALING_MS))
  // After the timers: one that fired meanwhile is of before.
  const sequence = isThere ? await lastStored(connection, Streams.events) : 0
  const before = await endsOf(connection)
  const seal = sealBy(key, sequence, before)
  if (isThere) await leaveMarks(connection, seal)
  note(given, { sequence, key: seal.fingerprint, before })
  return { ...connection, seal }
}

type Standing = { kind: 'known'; since: number } | { kind: 'first' } | { kind: 'others'; theirs: string }

/** From where on everything must bear the seal, by what the data folder noted, the mark that EVENTS has, and its end. Pure. */
export const sealStandingOf = (input: {
  readonly noted: Since | undefined
  readonly mark: string | undefined
  readonly key: string | Uint8Array
  readonly last: number
  /** The fingerprint of the seal whose facts somebody takes over. */
  readonly takenOver: string | undefined
}): Standing => {
  const { noted, mark, key, last, takenOver } = input
  const ours = fingerprintOf(key)
  const theirs = mark === undefined ? (noted?.key ?? ours) : sealedBy(mark)
  if (theirs !== ours) return takenOver === theirs ? { kind: 'first' } : { kind: 'others', theirs }
  if (mark === undefined && !noted) return { kind: 'first' }
  const since = noted?.key === ours ? noted.sequence : sinceIn(mark ?? '', key)
  // A store that was made anew has nothing of before.
  return { kind: 'known', since: since <= last ? since : 0 }
}

const LOST =
  `nothing that waits at the door or among the dead letters counts as of before there were seals: this data folder has not noted what lay there, and ` +
  `${BEFORE_SEALS} in the metadata of EVENTS is missing or not made with this system's key. A system whose data folder has noted it mends that when it ` +
  'starts; if none has, the requests and dead letters of an older version are worth what anybody asks for'
const MENDED = `${BEFORE_SEALS} in the metadata of EVENTS was not made with this system's key; what this data folder has noted holds, and is written there again`

/**
 * What DOOR and DLQ held before requests bore the seal, by what the data folder noted and the mark that EVENTS has: no `before` where the
 * folder sealed facts alone until now, and nothing where it never did and the mark does not tell. `doubt` is what the log is to say. Pure.
 */
export const beforeOf = (input: {
  readonly noted: Since | undefined
  readonly mark: string | undefined
  readonly key: string | Uint8Array
}): { readonly before?: Before | undefined; readonly doubt?: string } => {
  const { noted, mark = '', key } = input
  const isNoted = noted?.key === fingerprintOf(key)
  const told = beforeIn(mark, key)
  // A folder that has noted nothing may have begun while the mark did not tell.
  if (isNoted && noted.before && !isDeepStrictEqual(noted.before, NOTHING_BEFORE))
    return { before: noted.before, ...(mark && !told ? { doubt: MENDED } : {}) }
  if (told || isNoted) return { before: told ?? noted?.before }
  return { before: NOTHING_BEFORE, doubt: LOST }
}

const keyOf = ({ loaded, env }: Given): Uint8Array =>
  createHmac('sha256', namedVariable(loaded.config.nats.seal_key_env, env) || operatorSecret(loaded.dataDir))
    .update('seal')
    .digest()

/** Undefined where there is no such stream yet. */
const infoOf = ({ jsm }: Connection, stream: string) =>
  jsm.streams.info(stream).catch((error: { code?: number }) => {
    if (error.code === 10059) return undefined
    throw error
  })

/** The end of EVENTS and what it says of the seal of its facts; undefined where there is no such stream yet. */
const eventsOf = async (connection: Connection) => {
  const info = await infoOf(connection, Streams.events)
  const { metadata = {} } = info?.config ?? {}
  return info && { last: info.state.last_seq, mark: metadata[SEALED_BY], markOfBefore: metadata[BEFORE_SEALS] }
}

/** How far the door and the dead letters are. */
const endsOf = async (connection: Connection): Promise<Before> => {
  const endOf = async (stream: string): Promise<End | undefined> => {
    const state = (await infoOf(connection, stream))?.state
    return state && state.messages > 0 ? { sequence: state.last_seq, time: Date.parse(state.last_ts) } : undefined
  }
  const { door, dead } = NOTHING_BEFORE
  return { door: (await endOf(Streams.door)) ?? door, dead: (await endOf(Streams.dead)) ?? dead }
}

const leaveMarks = async ({ jsm }: Connection, { mark, markOfBefore }: Seal): Promise<void> => {
  const { config } = await jsm.streams.info(Streams.events)
  await jsm.streams.update(Streams.events, { metadata: { ...config.metadata, [SEALED_BY]: mark, [BEFORE_SEALS]: markOfBefore } })
}

/** A data folder may be used with several buses, and notes of each. */
const busOf = ({ loaded }: Given): string => (loaded.natsUrl ? withoutLogins(loaded.natsUrl) : 'embedded')

const fileIn = (dataDir: string): string => join(dataDir, 'sealed-since.json')

const notesIn = ({ loaded }: Given): z.infer<typeof Notes> => {
  const file = fileIn(loaded.dataDir)
  return existsSync(file) ? Notes.parse(JSON.parse(readFileSync(file, 'utf8'))) : {}
}

const note = (given: Given, since: Since): void => {
  const notes = notesIn(given)
  const known = notes[busOf(given)]
  if (isDeepStrictEqual(known, since)) return
  // With the key of a variable nothing else has made the folder yet.
  mkdirSync(given.loaded.dataDir, { recursive: true, mode: 0o700 })
  writePrivate(fileIn(given.loaded.dataDir), `${JSON.stringify({ ...notes, [busOf(given)]: since })}\n`)
}
