import { RetryAfter } from '../../bus/errors.ts'
import type { Chat, ChatBody, ChatPlace } from '../ports.ts'
import type { Posted, Wanted } from './thread-messages.ts'

/** That a message is about to be posted, as it was marked before. */
export interface Begun {
  /** ISO 8601. */
  readonly at: string
  /** By this very delivery, which failed or crashed afterwards. */
  readonly byThis: boolean
}

export interface Placing {
  readonly chat: Chat
  readonly place: ChatPlace
  readonly before: Posted | undefined
  readonly begun: Begun | undefined
  readonly now: Date
  /** Marks durably that it is about to be posted; throws when somebody else has just marked one. */
  begin(): Promise<void>
  body(): Promise<ChatBody>
}

/** How long another process that just lost its hold on the thread may still take between its mark and its message. */
const OTHER_MS = 6000

/** Edits the message, or posts it when it was never posted or is gone. Returns the platform's id of it. */
export const placeMessage = async (wanted: Wanted, { chat, place, before, begun, now, begin, body }: Placing): Promise<string> => {
  const says = await body()
  if (before && (await chat.edit({ ...place, message: before.message, body: says }))) return before.message
  if (!before && begun) {
    const age = now.getTime() - Date.parse(begun.at)
    if (!begun.byThis && age < OTHER_MS) throw new RetryAfter(OTHER_MS - age, 'another process is about to post this message')
    const found = await chat.find({ ...place, marker: wanted.marker })
    if (found && (await chat.edit({ ...place, message: found, body: says }))) return found
  } else {
    await begin()
  }
  return chat.post({ ...place, body: says })
}
