import { randomUUID } from 'node:crypto'
import type { DoorRequest } from './define-function.ts'
import type { Stored } from './envelope.ts'
import type { Connection } from './jetstream/connect.ts'
import { type Append, store } from './jetstream/publish.ts'
import { SEAL, type Seal } from './seal.ts'
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
      ownRequest(connection.seal, {
        subject: `${SYSTEM_DOOR}.${type}`,
        headers: {},
        body: JSON.stringify(body),
        messageId: options.messageId ?? randomUUID(),
      }),
    ],
    options.signal,
  )

/** Header of a request that comes to the door again: the `Nats-Msg-Id` under which it came first, which counts once only. */
export const DOOR_ID = 'cortex-door-id'

/** When a request was made, in its seal. */
const MADE_AT = 'ce-time'
/** For as long as the stream takes no id twice, a copy of a request is not stored; after that it is too old. */
const FRESH_MS = 600_000

/** A request as the system itself makes it, with its seal; `madeAt` in ISO 8601. */
export const ownRequest = (seal: Seal | undefined, request: Append, madeAt = new Date().toISOString()): Append => {
  const headers = { ...request.headers, [DOOR_MARK]: '1', [MADE_AT]: madeAt }
  const named = { 'ce-id': request.messageId, 'ce-causedby': request.headers[DOOR_ID] ?? '', [MADE_AT]: headers[MADE_AT] }
  return { ...request, headers: { ...headers, ...(seal ? { [SEAL]: seal.of({ ...request, headers: named }) } : {}) } }
}

/**
 * Whether the system itself made a request, and just before it was stored; where nobody looks at seals, and where it lay before there
 * were any, its mark says so.
 */
export const isOwnRequest = (seal: Seal | undefined, request: Omit<Stored, 'sequence'>, wasThere: boolean): boolean => {
  const { subject, header, body, time } = request
  if (!subject.startsWith(`${SYSTEM_DOOR}.`) || header(DOOR_MARK) === '') return false
  if (!seal || wasThere) return true
  const places: Readonly<Record<string, string>> = { 'ce-id': 'Nats-Msg-Id', 'ce-causedby': DOOR_ID }
  const isFresh = Math.abs(Date.parse(time) - Date.parse(header(MADE_AT))) < FRESH_MS
  return isFresh && seal.isBorneBy({ subject, header: (name) => header(places[name] ?? name), body })
}

/** The id that the publisher of a request gave it; '' when there is none. */
export const messageIdOf = ({ header }: Pick<Stored, 'header'>): string => header(DOOR_ID) || header('Nats-Msg-Id')

/** The cause of all that a request leads to: its sequence at the door and when it came there, for a lost store begins at 1 again. */
export const doorCause = ({ sequence, time }: Pick<Stored, 'sequence' | 'time'>): string => `door-${sequence}-${Date.parse(time)}`

/** The sequence at the door of the request that led to a fact, by the fact's cause; undefined when it was no request. */
export const doorSequence = (causedBy: string): number | undefined => {
  const found = /^door-(\d+)-\d+$/.exec(causedBy)
  return found ? Number(found[1]) : undefined
}

/** Whether a message of stream DOOR is the system's own request. */
export const isOwn = (seal: Seal | undefined, message: Stored): boolean =>
  isOwnRequest(seal, message, seal?.wasThere('door', message) === true)

/** The request in a message of stream DOOR. What lies at the system's own door and is not its own is believed as little as anybody's. */
export const requestIn = (seal: Seal | undefined, message: Stored): DoorRequest => {
  const tokens = message.subject.split('.')
  const messageId = messageIdOf(message)
  return {
    type: (tokens[0] === SYSTEM_DOOR ? tokens.slice(1) : tokens).join('.'),
    open: !isOwn(seal, message),
    subject: message.subject,
    sequence: message.sequence,
    time: message.time,
    body: message.body(),
    ...(messageId ? { messageId } : {}),
  }
}
