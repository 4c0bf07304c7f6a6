import { isCode, isStandardSignature, isToken } from './signatures.ts'
import type { Source } from './source.ts'

/** A delivery as it came, before anything of it is believed or parsed. */
export interface WebhookDelivery {
  /** '' for a header that is not there. */
  readonly header: (name: string) => string
  readonly body: Uint8Array
}

/** `forged`: nothing more is said. `stale`: it is the sender's, but its time is too far from ours. */
export type Authenticity = 'genuine' | 'forged' | 'stale'

const TIMESTAMP = /^\d{1,16}$/
/** Larger ones are milliseconds; as seconds they would be in the year 5138. */
const MAX_SECONDS = 100_000_000_000

/** Whether a delivery is its sender's own, by its raw bytes. Pure. */
export const verifyDelivery = (source: Source, delivery: WebhookDelivery, now: Date): Authenticity => {
  const timestampHeader = timestampHeaderOf(source)
  const timestamp = timestampHeader ? delivery.header(timestampHeader) : ''
  if (!isProven(source, delivery, timestamp)) return 'forged'
  if (!timestampHeader) return 'genuine'
  if (!TIMESTAMP.test(timestamp)) return 'stale'
  const given = Number(timestamp)
  const sentAt = given > MAX_SECONDS ? given : given * 1000
  return Math.abs(now.getTime() - sentAt) <= source.windowMs ? 'genuine' : 'stale'
}

const timestampHeaderOf = ({ proof }: Source): string | undefined => {
  if (proof.kind === 'standard') return 'webhook-timestamp'
  return proof.kind === 'hmac' ? proof.timestampHeader : undefined
}

const isProven = ({ proof, keys, deliveryHeader }: Source, { header, body }: WebhookDelivery, timestamp: string): boolean => {
  switch (proof.kind) {
    case 'bearer':
      return isToken(header(proof.header), keys, proof.prefix)
    case 'standard':
      return isStandardSignature(header('webhook-signature'), [`${header('webhook-id')}.${timestamp}.`, body], keys)
    case 'hmac': {
      const values = { timestamp, id: deliveryHeader ? header(deliveryHeader) : '', body }
      return isCode(header(proof.header), signedParts(proof.content, values), keys, proof)
    }
  }
}

const SIGNED = /\{\{\s*(timestamp|id|body)\s*\}\}/

/** What a signature is over: the content's text with its three values, the body as its bytes. */
const signedParts = (content: string, values: { timestamp: string; id: string; body: Uint8Array }): (string | Uint8Array)[] =>
  // The pattern's group puts the names of values at every odd place.
  content
    .split(SIGNED)
    .map((part, index) => (index % 2 === 0 ? part : part === 'body' ? values.body : part === 'id' ? values.id : values.timestamp))

/** Names of values in a `content` that are not known there. */
export const unknownInContent = (content: string): string[] =>
  [...content.matchAll(/\{\{\s*([^}]*?)\s*\}\}/g)]
    .map(([, name = '']) => name)
    .filter((name) => !['timestamp', 'id', 'body'].includes(name))
