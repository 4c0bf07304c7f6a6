import { statfs } from 'node:fs/promises'
import type { Logger } from 'pino'
import { messageOf } from '../../bus/errors.ts'
import type { Disk } from '../../functions/ports.ts'
import type { EmbeddedNats } from '../nats/nats-server.ts'
import { isFull, isShort, type Space, shortageText } from './space.ts'

export interface DiskOptions {
  /** A folder on the disk. */
  readonly place: string
  readonly lowMb: number
  /** The server that stores there and is ours to start again: once a write of it failed, it writes nothing until then. */
  readonly server?: Pick<EmbeddedNats, 'restart' | 'writeFault'> | undefined
  readonly log: Logger
  readonly everyMs?: number
  /** What the disk has; default: asked of the system. */
  readonly look?: (place: string) => Promise<Space>
  /** Milliseconds of a clock that only goes forward. */
  readonly now?: () => number
}

const EVERY_MS = 1000
/** One look serves all who ask within this time. */
const FRESH_MS = 200
/** A disk that fails for another reason does not come back by a restart: the server gets this long between two. */
const BETWEEN_RESTARTS_MS = 10_000

/** Watches a disk as long as it is held, and starts the server again that could not write to it, when there is room. */
export const watchDisk = (options: DiskOptions): Disk & Disposable => {
  const { place, lowMb, log, server, look = spaceAt, now = () => performance.now() } = options
  let reason: string | undefined
  let isBroken = false
  let restart: { readonly at: number; readonly isUnderWay: boolean } | undefined
  let last: { readonly at: number; readonly done: Promise<void> } | undefined

  const heal = async (why: string): Promise<void> => {
    restart = { at: now(), isUnderWay: true }
    try {
      await server?.restart(why)
      isBroken = false
    } finally {
      restart = { at: now(), isUnderWay: false }
    }
  }
  const judge = async (): Promise<void> => {
    const space = await look(place)
    const fault = await server?.writeFault()
    isBroken ||= isFull(space) || fault !== undefined
    const wasShort = reason !== undefined
    const short = isShort(space, lowMb, wasShort)
    if (short) reason = shortageText(place, space, lowMb)
    if (short && !wasShort) log.warn({ place, free: space.free, fault }, reason!)
    if (short || restart?.isUnderWay) return
    if (server && isBroken && now() - (restart?.at ?? Number.NEGATIVE_INFINITY) > BETWEEN_RESTARTS_MS) {
      reason = `nats-server could not write to the disk of ${place} and is started again`
      void heal(fault ?? 'the disk was full').catch((error) =>
        log.error({ error: messageOf(error) }, 'nats-server could not be started again'),
      )
      return
    }
    if (wasShort) log.info({ place, free: space.free }, 'there is room on the disk again; new work is taken')
    reason = undefined
  }
  const fresh = (): Promise<void> => {
    if (last && now() - last.at < FRESH_MS) return last.done
    const done = judge().catch((error) =>
      log.warn({ place, error: messageOf(error) }, 'the disk could not be looked at; it is looked at again'),
    )
    last = { at: now(), done }
    return done
  }
  const timer = setInterval(fresh, options.everyMs ?? EVERY_MS)
  timer.unref()
  return {
    shortage: async () => {
      await fresh()
      return reason
    },
    [Symbol.dispose]: () => clearInterval(timer),
  }
}

const spaceAt = async (place: string): Promise<Space> => {
  const { bavail, bsize, blocks } = await statfs(place)
  return { free: bavail * bsize, total: blocks * bsize }
}
