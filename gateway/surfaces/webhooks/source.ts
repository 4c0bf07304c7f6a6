import type { KeyObject } from 'node:crypto'
import type { TranslatedField } from '../../../domain/choices.ts'

/** A secret that a sender signs with, its public key, or the token that it sends. */
export type Key = { readonly kind: 'secret'; readonly bytes: Uint8Array } | { readonly kind: 'public'; readonly key: KeyObject }

/** How a sender proves that a delivery is its own; the signature is over these parts, one after the other. */
export type Proof =
  | { readonly kind: 'standard' }
  | {
      readonly kind: 'hmac'
      readonly header: string
      readonly prefix: string
      readonly algorithm: 'sha256' | 'sha512'
      readonly encoding: 'hex' | 'base64'
      readonly content: string
      readonly timestampHeader?: string | undefined
    }
  | { readonly kind: 'bearer'; readonly header: string; readonly prefix: string }

/** A sender of events that the configuration names, with its secrets: everything that tells one source from another. */
export interface Source {
  readonly name: string
  readonly proof: Proof
  /** Newest first; any of them counts. */
  readonly keys: readonly Key[]
  /** How far a timestamp may be from our clock. */
  readonly windowMs: number
  readonly eventHeader?: string | undefined
  /** An event of this name only asks whether we are there. */
  readonly pingEvent?: string | undefined
  readonly deliveryHeader?: string | undefined
  /** The body's own id of a delivery, or of each of its items. */
  readonly delivery: string
  /** Path of the list whose items make tasks one by one; '' for the event as a whole. */
  readonly each: string
  readonly tasks: readonly Mapping[]
}

/** Which events make a task, and what it says; every text is a template. */
export interface Mapping extends Readonly<Record<TranslatedField, string>> {
  /** Path of the event and the values it may have. */
  readonly when: Readonly<Record<string, readonly string[]>>
  readonly title: string
  readonly description: string
  readonly depends_on: readonly string[]
  readonly callback_url: string
  readonly metadata: Readonly<Record<string, string>>
  /** The sender's words and ours, for each field. */
  readonly words: Readonly<Partial<Record<TranslatedField, Readonly<Record<string, string>>>>>
}
