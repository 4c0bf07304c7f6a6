import type { PubAck } from '@nats-io/jetstream'
import { type MsgHdrs, MsgHdrsImpl, nuid } from '@nats-io/transport-node'
import type { Guard } from '../define-function.ts'
import type { Wire } from '../envelope.ts'
import { StaleGuard } from '../errors.ts'
import type { Connection } from './connect.ts'
import { BusAway, untilAnswered } from './patience.ts'

/** A message to store: its `Nats-Msg-Id` makes a repeated publish harmless for ten minutes. */
export interface Append extends Wire {
  messageId: string
  guard?: Guard
}

const WRONG_LAST_SEQUENCE = [10071, 10164]
const DUPLICATE_IN_BATCH = 10201

/** Some id of an atomic batch was stored before; whether it was this very batch tells only the story. */
export class DuplicateInBatch extends Error {
  override readonly name = 'DuplicateInBatch'
}

const LINE_BREAK = /[\r\n]/

/** All at once: the client's `append` looks at every name again for each that is added. Throws when a value would begin another header. */
const headersOf = ({ headers, messageId, guard }: Append): MsgHdrs => {
  const record: Record<string, string[]> = {}
  const add = (name: string, value: string): void => {
    if (LINE_BREAK.test(value)) throw new Error(`header ${name} has a line break: ${JSON.stringify(value)}`)
    record[name] = [value]
  }
  for (const [name, value] of Object.entries(headers)) add(name, value)
  add('Nats-Msg-Id', messageId)
  if (guard) {
    add('Nats-Expected-Last-Subject-Sequence', String(guard.sequence))
    add('Nats-Expected-Last-Subject-Sequence-Subject', guard.filter)
  }
  return MsgHdrsImpl.fromRecord(record)
}

interface Answer extends Partial<PubAck> {
  error?: { code: number; err_code?: number; description?: string }
}

const read = (answer: Answer): number => {
  const { error } = answer
  if (!error) return answer.seq ?? 0
  if (WRONG_LAST_SEQUENCE.includes(error.err_code ?? 0)) throw new StaleGuard(error.description ?? 'wrong last sequence')
  if (error.err_code === DUPLICATE_IN_BATCH) throw new DuplicateInBatch(error.description ?? 'duplicate in batch')
  if (error.code === 503) throw new BusAway(error.description ?? 'the bus cannot store at this moment')
  throw new Error(`the bus refused a message: ${error.description ?? 'no reason'} (${error.err_code ?? error.code})`)
}

/**
 * Stores the messages, several of them all or none, and returns the last one's sequence once the server has confirmed.
 * While the bus is away it tries again until `signal` aborts.
 * Throws `StaleGuard` (read the story: my own id there is success), `DuplicateInBatch`, or the abort's reason.
 */
export const store = async (connection: Connection, messages: readonly Append[], signal: AbortSignal): Promise<number> => {
  return untilAnswered(
    connection,
    () => (messages.length === 1 ? storeOne(connection, messages[0]!) : storeBatch(connection, messages)),
    signal,
  )
}

const storeOne = async ({ confirmed }: Connection, message: Append): Promise<number> =>
  read((await confirmed(message.subject, message.body, headersOf(message))).json<Answer>())

/** An atomic batch, spoken directly: the client's own helper hides the error code that tells a stale guard from a duplicate. */
const storeBatch = async ({ nc, confirmed }: Connection, messages: readonly Append[]): Promise<number> => {
  const batch = nuid.next()
  const numbered = messages.map((message, index) => {
    const hdrs = headersOf(message)
    hdrs.set('Nats-Batch-Id', batch)
    hdrs.set('Nats-Batch-Sequence', String(index + 1))
    return { message, hdrs }
  })
  for (const [index, { message, hdrs }] of numbered.entries()) {
    if (index === numbered.length - 1) hdrs.set('Nats-Batch-Commit', '1')
    else if (index > 0) {
      nc.publish(message.subject, message.body, { headers: hdrs })
      continue
    }
    const reply = await confirmed(message.subject, message.body, hdrs)
    if (reply.data.length > 0) {
      const sequence = read(reply.json<Answer>())
      if (index === numbered.length - 1) return sequence
    }
  }
  throw new Error('the bus did not confirm an atomic batch')
}
