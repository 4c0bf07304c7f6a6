import type { Logger } from 'pino'
import { messageOf } from '../errors.ts'
import type { Connection } from '../jetstream/connect.ts'
import { patiently } from '../jetstream/patience.ts'
import { streamState } from '../jetstream/scan.ts'
import { Streams } from '../subjects.ts'

/**
 * Watches over the bus's store: one that is another after a reconnect (its data was deleted, or the server exchanged) has
 * neither our streams nor our durables, and everything would wait for ever. `renew` makes them anew; what was in the old
 * store is gone, and the log says so. Watches until `stopping` aborts.
 */
export const keepStore = async (
  connection: Connection,
  input: { renew: () => Promise<void>; log: Logger; stopping: AbortSignal },
): Promise<void> => {
  const { log, stopping } = input
  const birthOf = async (): Promise<string | undefined> => (await streamState(connection, Streams.events))?.created
  let birth = await birthOf()
  const look = async (): Promise<void> => {
    if ((await birthOf()) === birth) return
    log.error('the store of the bus is another one than before: what was in the old one is gone, and cortex begins anew')
    await input.renew()
    birth = await birthOf()
  }
  let looking = Promise.resolve()
  const forget = connection.onReconnect(() => {
    looking = looking
      .then(() => patiently(connection, look, stopping))
      .catch((error) => {
        if (!stopping.aborted) log.error({ error: messageOf(error) }, 'the streams could not be made anew; restart cortex')
      })
  })
  stopping.addEventListener('abort', forget, { once: true })
}
