import type { Logger } from 'pino'
import { messageOf } from '../../bus/errors.ts'
import type { EmbeddedNats } from '../nats/nats-server.ts'

/** The server that stores on the disk and is ours to start again: once a write of it failed, it writes nothing until then. */
export type StoringServer = Pick<EmbeddedNats, 'restart' | 'writeFault'>

export interface MendOptions {
  readonly place: string
  readonly server: StoringServer
  readonly log: Logger
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number
}

const FIRST_WAIT_MS = 10_000
const LONGEST_WAIT_MS = 15 * 60_000
/** A server that stayed well for so long after a restart was mended by it. */
const STEADY_MS = 60 * 60_000

interface Restart {
  readonly at: number
  /** How long the next one waits after this one. */
  readonly waitMs: number
}

/** How long the server gets after this restart: a fault that a full disk does not explain may be one that no restart mends. Pure. */
export const waitAfter = (last: Restart | undefined, at: number, wasFull: boolean): number =>
  last === undefined || wasFull || at - last.at > STEADY_MS ? FIRST_WAIT_MS : Math.min(LONGEST_WAIT_MS, last.waitMs * 2)

/** Starts the server again that could not write. */
export const mendServer = ({ place, server, log, now }: MendOptions) => {
  let broken: { readonly why: string; readonly wasFull: boolean } | undefined
  let last: Restart | undefined
  let isUnderWay = false

  const restart = async (why: string): Promise<void> => {
    try {
      await server.restart(why)
      await server.writeFault() // what the one that has ended still said; a fault that stays is said again
      broken = undefined
    } catch (error) {
      log.error({ error: messageOf(error) }, 'nats-server could not be started again')
    } finally {
      isUnderWay = false
    }
  }
  return {
    /** Takes note that a write failed, or may have. */
    note: (why: string, isFull: boolean): void => {
      if (isUnderWay) return
      broken = { why: broken?.why ?? why, wasFull: isFull || (broken?.wasFull ?? false) }
    },
    /** Starts it again where that is needed and due; answers why it takes no work meanwhile, undefined when it does. */
    mend: (): string | undefined => {
      if (isUnderWay) return `nats-server could not write to the disk of ${place} and is started again`
      if (!broken) return undefined
      const at = now()
      const leftMs = last === undefined ? 0 : last.at + last.waitMs - at
      if (leftMs > 0)
        return `nats-server cannot write to the disk of ${place} (its log says why); it is started again in ${Math.ceil(leftMs / 1000)} s, and no new work is taken until then`
      last = { at, waitMs: waitAfter(last, at, broken.wasFull) }
      isUnderWay = true
      void restart(broken.why)
      return `nats-server could not write to the disk of ${place} and is started again`
    },
  }
}
