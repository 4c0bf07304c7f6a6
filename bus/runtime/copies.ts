import type { Catalogue } from '../define-event.ts'
import { type Decoded, decode } from '../envelope.ts'
import { readStoryMessages } from '../jetstream/read.ts'
import type { StoryState } from '../story-model.ts'
import { isId } from '../subjects.ts'
import type { RuntimeParts } from './context.ts'
import type { Original } from './retries.ts'

/**
 * What a message that was delivered to a function says. What a copy says of itself, its sequence with it, anybody may have written: it
 * must bear the seal, or be of a fact that is stored under its own subject, and then it is worth what that one is.
 */
export const decodeDelivered = async <C extends Catalogue, T extends StoryState, S>(
  { catalogue, connection, model }: Pick<RuntimeParts<C, T, S>, 'catalogue' | 'connection' | 'model'>,
  { message, isCopy }: Pick<Original, 'message' | 'isCopy'>,
): Promise<Decoded<C>> => {
  const { seal } = connection
  if (!isCopy || !seal) return decode(catalogue, message, seal)
  const id = message.subject.split('.')[2]
  if (!(message.sequence >= 1) || !isId(id)) return { kind: 'foreign', why: 'it is a copy of nothing that was ever stored' }
  // It bears the seal, so its sequence is not asked.
  if (seal.isBorneBy(message)) return decode(catalogue, message)
  const story = await readStoryMessages(connection, model, id)
  const stored = story.find(
    ({ subject, header, body }) => subject === message.subject && header('ce-id') === message.header('ce-id') && body() === message.body(),
  )
  if (!stored) return { kind: 'foreign', why: 'it is a copy without a seal of this system, and of no fact that is stored' }
  const decoded = decode(catalogue, stored, seal)
  return decoded.kind === 'fact' ? { kind: 'fact', fact: { ...decoded.fact, sequence: message.sequence } } : decoded
}
