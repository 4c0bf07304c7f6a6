import type { Catalogue } from './define-event.ts'
import { type Decoded, decode, type Stored } from './envelope.ts'
import type { Seal } from './seal.ts'

/** Facts that are remembered: more than pass between the tail and a function that hears the same one. */
const REMEMBERED = 1024

/**
 * Reads what consumers of EVENTS deliver, each fact once for all of them in this process: the tail, and every function that hears it.
 * A place in the stream counts with subject and time, for another store has the same places. What is shared cannot be changed.
 */
export const decodeOnce = <C extends Catalogue>(catalogue: C, seal: Seal | undefined): ((message: Stored) => Decoded<C>) => {
  /** By sequence, the oldest first. */
  const known = new Map<number, { readonly subject: string; readonly stamp: number; readonly decoded: Decoded<C> }>()
  const remember = ({ sequence, subject, stamp }: Stored, decoded: Decoded<C>): void => {
    // What is no fact is rare, and each who meets it says why.
    if (stamp === undefined || decoded.kind !== 'fact') return
    freeze(decoded)
    known.set(sequence, { subject, stamp, decoded })
    const [oldest] = known.keys()
    if (known.size > REMEMBERED && oldest !== undefined) known.delete(oldest)
  }
  return (message) => {
    const there = known.get(message.sequence)
    if (there?.subject === message.subject && there.stamp === message.stamp) return there.decoded
    const decoded = decode(catalogue, message, seal)
    remember(message, decoded)
    return decoded
  }
}

const freeze = (value: object): void => {
  Object.freeze(value)
  for (const part of Object.values(value)) if (typeof part === 'object' && part !== null) freeze(part)
}
