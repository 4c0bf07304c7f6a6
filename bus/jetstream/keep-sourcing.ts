import type { StreamSourceInfo } from '@nats-io/jetstream'
import type { Logger } from 'pino'
import { messageOf } from '../errors.ts'
import { Streams } from '../subjects.ts'
import type { Connection } from './connect.ts'

/** A source that works is heard of every second. */
const SILENT_MS = 30_000
const LOOK_MS = 20_000

/** Whether nothing was heard of a source for so long, or nothing ever. The server tells nanoseconds, -1 for never. Pure. */
export const isSilent = ({ active }: Pick<StreamSourceInfo, 'active'>, forMs: number): boolean => active < 0 || active > forMs * 1_000_000

/**
 * Begins MEMORY's sources anew where they stand still. On a cluster whose EVENTS was given other replicas the server may leave them
 * so for ever [seen on 2.15.1], and what EVENTS then forgets would be nowhere. They go on after what they brought.
 */
export const keepSourcing = (
  connection: Pick<Connection, 'nc' | 'jsm'>,
  log: Logger,
  { everyMs = LOOK_MS, silentMs = SILENT_MS }: { readonly everyMs?: number; readonly silentMs?: number } = {},
): Disposable => {
  const { nc, jsm } = connection
  if (nc.info?.cluster === undefined) return { [Symbol.dispose]: () => undefined }
  let wasSilent = false
  const look = async (): Promise<void> => {
    const { config, sources = [] } = await jsm.streams.info(Streams.memory)
    const silent = sources.some((source) => isSilent(source, silentMs))
    // Twice, for one that was begun just now has not been heard of yet.
    if (silent && wasSilent) {
      log.warn({ stream: Streams.memory }, 'its sources stand still and are begun anew')
      await jsm.streams.update(Streams.memory, { sources: [] })
      await jsm.streams.update(Streams.memory, { sources: config.sources ?? [] })
    }
    wasSilent = silent && !wasSilent
  }
  const timer = setInterval(() => {
    if (!nc.isClosed())
      look().catch((error) => log.warn({ error: messageOf(error) }, 'the sources of MEMORY could not be looked at; they are again'))
  }, everyMs)
  timer.unref()
  return { [Symbol.dispose]: () => clearInterval(timer) }
}
