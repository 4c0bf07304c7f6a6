import { createHash, createHmac } from 'node:crypto'
import { isSameSecret } from './same-secret.ts'

/** Header of a fact: the code by which the system knows what it stored itself. */
export const SEAL = 'ce-seal'
/** What a fact is made of beside its subject and its data. */
const FACT_HEADERS = ['ce-id', 'ce-source', 'ce-time', 'ce-causedby', 'ce-hops', 'ce-dataversion', 'ce-decidedat']

/** Metadata of EVENTS: the mark of the seal that its facts bear. */
export const SEALED_BY = 'cortex-sealed-by'
/** The variable by which somebody takes a store for his own whose facts bear another seal; it names that one. */
export const TAKE_OVER = 'CORTEX_SEAL_TAKE_OVER'

/** Tells what this system stored from what somebody else did who may write to the bus, but does not know the system's secret. */
export interface Seal {
  /** Names the key and tells nothing of it. */
  readonly fingerprint: string
  /** What EVENTS notes: the fingerprint, since when it is sealed, and a code over that, which nobody makes without the key. */
  readonly mark: string
  /** What the header `SEAL` of a fact holds. */
  of(message: { readonly subject: string; readonly headers: Readonly<Record<string, string>>; readonly body: string }): string
  /** Whether a message bears it, wherever it lies. */
  isBorneBy(message: Sealable): boolean
  /** Whether a stored fact is this system's: it bears its seal, or was there before there were seals. */
  isOn(message: Sealable & { readonly sequence: number }): boolean
}

interface Sealable {
  readonly subject: string
  readonly header: (name: string) => string
  readonly body: () => string
}

/** The seal of a key: a code over everything that a fact is made of. `since` is the last sequence of EVENTS that was stored before there were seals. */
export const sealBy = (key: string | Uint8Array, since: number): Seal => {
  const codeOf = (subject: string, header: (name: string) => string, body: string): string =>
    createHmac('sha256', key)
      .update(JSON.stringify([subject, ...FACT_HEADERS.map(header), body]))
      .digest('base64url')
  const isBorneBy = ({ subject, header, body }: Sealable): boolean => isSameSecret(header(SEAL), codeOf(subject, header, body()))
  return {
    fingerprint: fingerprintOf(key),
    mark: markOf(key, since),
    of: ({ subject, headers, body }) => codeOf(subject, (name) => headers[name] ?? '', body),
    isBorneBy,
    isOn: (message) => message.sequence <= since || isBorneBy(message),
  }
}

type Key = string | Uint8Array

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

/** Why a system with this seal may not work on facts that bear another, and what to do, in a sentence. */
export const whyNotOurs = (ours: string, theirs: string): string =>
  `the facts on this bus bear the seal ${theirs}, and this system's is ${ours}: give all systems and workers on it the same CORTEX_SEAL_KEY. To go on with this seal alone, and take all that is stored there for the system's own, stop the others and start once with ${TAKE_OVER}=${theirs}`
