import { randomUUID } from 'node:crypto'
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
