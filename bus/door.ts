import { randomUUID } from 'node:crypto'
import type { DoorRequest } from './define-function.ts'
import type { Stored } from './envelope.ts'
import type { Connection } from './jetstream/connect.ts'
import { store } from './jetstream/publish.ts'
import { DOOR_MARK, SYSTEM_DOOR } from './subjects.ts'

/** What a message at the system's own door says: `by` and `channel` are believed there. */
export interface DoorBody extends Readonly<Record<string, unknown>> {
  readonly by: string
  readonly channel: string
}

/**
 * Stores a request at the system's own door and returns its sequence in stream DOOR. The same `messageId` again within ten
 * minutes is the same request. While the bus is away it tries again until `signal` aborts; throws the abort's reason then.
 */
export const knock = (
  connection: Connection,
  type: string,
  body: DoorBody,
  options: { messageId?: string; signal: AbortSignal },
): Promise<number> =>
  store(
    connection,
    [
      {
        subject: `${SYSTEM_DOOR}.${type}`,
        headers: { [DOOR_MARK]: '1' },
        body: JSON.stringify(body),
        messageId: options.messageId ?? randomUUID(),
      },
    ],
    options.signal,
  )

/** Header of a request that comes to the door again: the `Nats-Msg-Id` under which it came first, which counts once only. */
export const DOOR_ID = 'cortex-door-id'

/** The id that the publisher of a request gave it; '' when there is none. */
export const messageIdOf = ({ header }: Pick<Stored, 'header'>): string => header(DOOR_ID) || header('Nats-Msg-Id')

/** The cause of all that a request leads to: its sequence at the door and when it came there, for a lost store begins at 1 again. */
export const doorCause = ({ sequence, time }: Pick<Stored, 'sequence' | 'time'>): string => `door-${sequence}-${Date.parse(time)}`

/** The sequence at the door of the request that led to a fact, by the fact's cause; undefined when it was no request. */
export const doorSequence = (causedBy: string): number | undefined => {
  const found = /^door-(\d+)-\d+$/.exec(causedBy)
  return found ? Number(found[1]) : undefined
}

/** The request in a message of stream DOOR. Pure. */
export const requestIn = (message: Stored): DoorRequest => {
  const tokens = message.subject.split('.')
  const own = tokens[0] === SYSTEM_DOOR
  const messageId = messageIdOf(message)
  return {
    type: (own ? tokens.slice(1) : tokens).join('.'),
    open: !own || message.header(DOOR_MARK) === '',
    subject: message.subject,
    sequence: message.sequence,
    time: message.time,
    body: message.body(),
    ...(messageId ? { messageId } : {}),
  }
}
