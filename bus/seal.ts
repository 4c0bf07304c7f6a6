import { createHmac } from 'node:crypto'
import { isSameSecret } from './same-secret.ts'

/** Header of a fact: the code by which the system knows what it stored itself. */
export const SEAL = 'ce-seal'
/** What a fact is made of beside its subject and its data. */
const FACT_HEADERS = ['ce-id', 'ce-source', 'ce-time', 'ce-causedby', 'ce-hops', 'ce-dataversion', 'ce-decidedat']

/** Tells what this system stored from what somebody else did who may write to the bus, but does not know the system's secret. */
export interface Seal {
  /** What the header `SEAL` of a fact holds. */
  of(message: { readonly subject: string; readonly headers: Readonly<Record<string, string>>; readonly body: string }): string
  /** Whether a stored fact is this system's: it bears its seal, or was there before there were seals. */
  isOn(message: StoredMessage): boolean
}

interface StoredMessage {
  readonly subject: string
  readonly header: (name: string) => string
  readonly body: () => string
  readonly sequence: number
}

/** The seal of a key: a code over everything that a fact is made of. `since` is the last sequence of EVENTS that was stored before there were seals. */
export const sealBy = (key: string | Uint8Array, since: number): Seal => {
  const codeOf = (subject: string, header: (name: string) => string, body: string): string =>
    createHmac('sha256', key)
      .update(JSON.stringify([subject, ...FACT_HEADERS.map(header), body]))
      .digest('base64url')
  return {
    of: ({ subject, headers, body }) => codeOf(subject, (name) => headers[name] ?? '', body),
    isOn: ({ sequence, subject, header, body }) => sequence <= since || isSameSecret(header(SEAL), codeOf(subject, header, body())),
  }
}
