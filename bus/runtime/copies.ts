import type { Catalogue } from '../define-event.ts'
import { type Decoded, decode, type Stored } from '../envelope.ts'
import type { Connection } from '../jetstream/connect.ts'
import { asItWas, readAll, readRemembered } from '../jetstream/read.ts'
import type { StoryState } from '../story-model.ts'
import { isId, Streams } from '../subjects.ts'
import type { RuntimeParts } from './context.ts'
import type { Original } from './retries.ts'

/**
 * What a message that was delivered to a function says. What a copy says of itself, its sequence with it, anybody may have written: it
 * must bear the seal, or be of a fact that is stored under its own subject, and then it is worth what that one is.
 */
export const decodeDelivered = async <C extends Catalogue, T extends StoryState, S>(
  { catalogue, connection, folds }: Pick<RuntimeParts<C, T, S>, 'catalogue' | 'connection' | 'folds'>,
  { message, isCopy }: Pick<Original, 'message' | 'isCopy'>,
): Promise<Decoded<C>> => {
  const { seal } = connection
  if (!isCopy) return folds.decode(message)
  if (!seal) return decode(catalogue, message)
  if (!(message.sequence >= 1) || !message.subject.split('.').every(isId))
    return { kind: 'foreign', why: 'it is a copy of nothing that was ever stored' }
  // It bears the seal, so its sequence is not asked.
  if (seal.isBorneBy(message)) return decode(catalogue, message)
  const stored = await storedFact(connection, message)
  if (!stored) return { kind: 'foreign', why: 'it is a copy without a seal of this system, and of no fact that is stored' }
  const decoded = decode(catalogue, stored, seal)
  return decoded.kind === 'fact' ? { kind: 'fact', fact: { ...decoded.fact, sequence: message.sequence } } : decoded
}

/** The fact that a copy is of, by subject, id and body, in the place that it has in EVENTS or had there; undefined where there is none. */
export const storedFact = async (
  connection: Connection,
  { subject, header, body }: Pick<Stored, 'subject' | 'header' | 'body'>,
): Promise<Stored | undefined> => {
  const isIt = (stored: Stored): boolean => stored.header('ce-id') === header('ce-id') && stored.body() === body()
  const events = await readAll(connection, Streams.events, [subject])
  return events.find(isIt) ?? (await readRemembered(connection, [subject])).map(asItWas).find(isIt)
}
