import { hash } from 'node:crypto'
import type { Msg } from '@nats-io/transport-node'
import { z } from 'zod'
import { messageIdOf } from '../door.ts'
import { type Senders, type Sent, type Share, sendersOf, UNKNOWN } from '../shares.ts'
import type { Connection } from './connect.ts'
import type { Consumed } from './consume.ts'
import { headerReader } from './read.ts'

/** Who sends what to subjects that others import. */
export interface SenderWatch extends Pick<Senders, 'decided'> {
  /** Resolves when everything has been seen that was sent before what is stored by now. */
  caughtUp(): Promise<void>
  whose(delivery: Consumed): Sent
  /** This was the newest that there is, or others stand behind it. */
  read(delivery: Consumed): void
  stop(): void
}

/**
 * Sees who sends what. The server says it of a message that crosses accounts (`share` of the import) in a header that nobody can
 * forge, and takes that header away before a stream stores the message [2.15.1]: so it is read on the way, over a connection of
 * its own, which a flood may cut off without harm to others. A stored message is known by what is in it.
 */
export const watchSenders = (watch: Connection, subjects: readonly string[], share: Share): SenderWatch => {
  const senders = sendersOf(share)
  const see = (message: Msg): void => {
    const header = headerReader(message)
    const sender = senderIn(header(REQUEST_INFO))
    senders.saw({
      key: keyOf(message.subject, messageIdOf({ header }), message.string()),
      sender,
      bytes: message.data.length,
      at: Date.now(),
    })
  }
  const subscriptions = subjects.map((subject) =>
    watch.nc.subscribe(subject, {
      callback: (error, message) => {
        if (!error) see(message)
      },
    }),
  )
  let since = Number.POSITIVE_INFINITY
  /** The server has the subscriptions when it has answered what came behind them, and again after a line that broke. */
  const begin = (): void => {
    since = Number.POSITIVE_INFINITY
    watch.nc.flush().then(
      () => {
        since = Date.now() + 1
      },
      () => undefined, // it broke again: the next reconnect begins anew
    )
  }
  begin()
  const forget = watch.onReconnect(begin)
  return {
    caughtUp: async () => {
      // What a line that breaks did not bring is from nobody known.
      if (!watch.nc.isClosed()) await watch.nc.flush().catch(() => undefined)
    },
    whose: (delivery) => {
      const key = keyOf(delivery.subject, messageIdOf(delivery), delivery.body())
      const wasSeen = delivery.deliveries === 1 && !watch.nc.isClosed()
      const from = wasSeen ? Math.max(since, watch.lastAway() + 1) : Number.POSITIVE_INFINITY
      return senders.whose({ key, at: Date.parse(delivery.time), since: from })
    },
    decided: senders.decided,
    read: (delivery) => senders.read(delivery.pending === 0 ? Date.now() : Date.parse(delivery.time)),
    stop: () => {
      forget()
      for (const subscription of subscriptions) if (!watch.nc.isClosed()) subscription.unsubscribe()
    },
  }
}

/** The header in which the server says who sent a message from another account. */
export const REQUEST_INFO = 'Nats-Request-Info'

/** A connection: the server counts them anew with every start. */
const RequestInfo = z.object({ id: z.int(), start: z.string() })

/** The connection that the server names in the header; unknown where it names none, as for what its own account sends. */
export const senderIn = (header: string): string => {
  try {
    const { id, start } = RequestInfo.parse(JSON.parse(header || '{}'))
    return `${id} ${start}`
  } catch {
    return UNKNOWN // not the server's own words
  }
}

const keyOf = (subject: string, messageId: string, body: string): string => hash('sha1', `${subject}\n${messageId}\n${body}`, 'base64')
