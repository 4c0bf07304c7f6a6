import type { Catalogue } from '../define-event.ts'
import type { AnyFunction } from '../define-function.ts'
import { messageOf } from '../errors.ts'
import type { Delivery } from '../jetstream/consume.ts'
import { store } from '../jetstream/publish.ts'
import type { StoryState } from '../story-model.ts'
import type { Deliverer } from './deliverer.ts'
import { restore, retryCopy } from './retries.ts'

/** How long a process that stops may take to give a message back. */
const GIVE_BACK_MS = 1000

/**
 * Gives a message back to whoever is next. The server counts how often it is delivered, to find what kills its process: one that has
 * been given back often is counted anew, as a copy, although that costs its place in an ordered function. Never throws.
 */
export const giveBack = async <C extends Catalogue, T extends StoryState, S>(
  { parts: s, maxDeliver }: Deliverer<C, T, S>,
  name: string,
  fn: AnyFunction,
  delivery: Delivery,
): Promise<void> => {
  if (fn.door || delivery.deliveries < maxDeliver / 2 || s.connection.nc.isClosed()) return delivery.nak()
  const original = restore(name, delivery)
  const copy = retryCopy(name, { ...original, attempt: original.attempt - 1 }, delivery.headers(), s.now())
  try {
    await store(s.connection, [{ ...copy, messageId: `${copy.messageId}:${delivery.sequence}` }], AbortSignal.timeout(GIVE_BACK_MS))
    delivery.ack()
  } catch (error) {
    s.log.warn({ fn: name, error: messageOf(error) }, 'a message that was given back often could not be counted anew')
    delivery.nak()
  }
}
