import { createHash, createHmac } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { isSameSecret } from './same-secret.ts'

/** Header of a fact: the code by which the system knows what it stored itself. */
export const SEAL = 'ce-seal'
/** What a fact is made of beside its subject and its data. */
const FACT_HEADERS = ['ce-id', 'ce-source', 'ce-time', 'ce-causedby', 'ce-hops', 'ce-dataversion', 'ce-decidedat']

/** Metadata of EVENTS: the mark of the seal that its facts bear. */
export const SEALED_BY = 'cortex-sealed-by'
/** Metadata of EVENTS: what lay at the door and among the dead letters before requests bore that seal. */
export const BEFORE_SEALS = 'cortex-before-seals'
/** The variable by which somebody takes a store for his own whose facts bear another seal; it names that one. */
export const TAKE_OVER = 'CORTEX_SEAL_TAKE_OVER'

/** The last message that a stream had: its sequence and when it was stored, in milliseconds since 1970. A stream made anew has none that old. */
export interface End {
  readonly sequence: number
  readonly time: number
}
/** How far DOOR and DLQ were at the first start at which requests bear the seal. */
export interface Before {
  readonly door: End
  readonly dead: End
}
export const NOTHING_BEFORE: Before = { door: { sequence: 0, time: 0 }, dead: { sequence: 0, time: 0 } }

/** Tells what this system stored from what somebody else did who may write to the bus, but does not know the system's secret. */
export interface Seal {
  /** Names the key and tells nothing of it. */
  readonly fingerprint: string
  /** What EVENTS notes: the fingerprint, since when it is sealed, and a code over that, which nobody makes without the key. */
  readonly mark: string
  /** What EVENTS notes of `Before`, which nobody makes without the key either. */
  readonly markOfBefore: string
  /**
   * What EVENTS is to note of `Before` where it notes this: the same when the key made it, else `markOfBefore`; undefined from a system for
   * which nothing was there, since another one may know more.
   */
  mendedMarkOfBefore(noted: string | undefined): string | undefined
  /** What the header `SEAL` of a fact holds. */
  of(message: { readonly subject: string; readonly headers: Readonly<Record<string, string>>; readonly body: string }): string
  /** Whether a message bears it, wherever it lies. */
  isBorneBy(message: Sealable): boolean
  /** Whether a stored fact is this system's: it bears its seal, or was there before there were seals. */
  isOn(message: Sealable & { readonly sequence: number }): boolean
  /** Whether a message of DOOR or DLQ was there before requests bore the seal. */
  wasThere(stream: keyof Before, message: { readonly sequence: number; readonly time: string }): boolean
}

interface Sealable {
  readonly subject: string
  readonly header: (name: string) => string
  readonly body: () => string
}

type Key = string | Uint8Array

/** The seal of a key: a code over everything that a fact is made of. `since` is the last sequence of EVENTS that was stored before there were seals. */
export const sealBy = (key: Key, since: number, before: Before = NOTHING_BEFORE): Seal => {
  const codeOf = (subject: string, header: (name: string) => string, body: string): string =>
    createHmac('sha256', key)
      .update(JSON.stringify([subject, ...FACT_HEADERS.map(header), body]))
      .digest('base64url')
  const isBorneBy = ({ subject, header, body }: Sealable): boolean => isSameSecret(header(SEAL), codeOf(subject, header, body()))
  return {
    fingerprint: fingerprintOf(key),
    mark: markOf(key, since),
    markOfBefore: markOfBefore(key, before),
    mendedMarkOfBefore: (noted = '') => {
      if (beforeIn(noted, key)) return noted
      return isDeepStrictEqual(before, NOTHING_BEFORE) ? undefined : markOfBefore(key, before)
    },
    of: ({ subject, headers, body }) => codeOf(subject, (name) => headers[name] ?? '', body),
    isBorneBy,
    isOn: (message) => message.sequence <= since || isBorneBy(message),
    wasThere: (stream, { sequence, time }) => sequence <= before[stream].sequence && Date.parse(time) <= before[stream].time,
  }
}

/** A name of a key that tells nothing of it. */
export const fingerprintOf = (key: Key): string => createHash('sha256').update(key).digest('hex').slice(0, 16)

const markOf = (key: Key, since: number): string =>
  `${fingerprintOf(key)} ${since} ${createHmac('sha256', key).update(`since ${since}`).digest('base64url')}`

/** Whose mark it is. */
export const sealedBy = (mark: string): string => mark.split(' ')[0] ?? ''

/** Since when a mark says that facts are sealed; 0 when it was not made with this key. */
export const sinceIn = (mark: string, key: Key): number => {
  const since = Number(mark.split(' ')[1])
  return isSameSecret(mark, markOf(key, since)) ? since : 0
}

const markOfBefore = (key: Key, { door, dead }: Before): string => {
  const ends = [door, dead].map(({ sequence, time }) => `${sequence} ${time}`).join(' ')
  return `${ends} ${createHmac('sha256', key).update(`before ${ends}`).digest('base64url')}`
}

/** What a mark says was there before requests bore the seal; undefined when it was not made with this key. */
export const beforeIn = (mark: string, key: Key): Before | undefined => {
  const [door = 0, doorTime = 0, dead = 0, deadTime = 0] = mark.split(' ').map(Number)
  const before = { door: { sequence: door, time: doorTime }, dead: { sequence: dead, time: deadTime } }
  return isSameSecret(mark, markOfBefore(key, before)) ? before : undefined
}

/** Why a system with this seal may not work on facts that bear another, and what to do, in a sentence. */
export const whyNotOurs = (ours: string, theirs: string): string =>
  `the facts on this bus bear the seal ${theirs}, and this system's is ${ours}: give all systems and workers on it the same CORTEX_SEAL_KEY. To go on with this seal alone, and take all that is stored there for the system's own, stop the others and start once with ${TAKE_OVER}=${theirs}`
