import { statfs } from 'node:fs/promises'
import type { Logger } from 'pino'
import { messageOf } from '../../bus/errors.ts'
import type { Disk } from '../../functions/ports.ts'
import { whyClosed } from '../files/why-unwritable.ts'
import { mendServer, type StoringServer } from './mend-server.ts'
import { isFull, isShort, type Space, shortageText } from './space.ts'

export interface DiskOptions {
  /** A folder on the disk. */
  readonly place: string
  readonly lowMb: number
  readonly server?: StoringServer | undefined
  readonly log: Logger
  readonly everyMs?: number
  /** How long a look may take until the disk counts as one that does not answer; default 2 s. */
  readonly lookMs?: number
  /** What the disk has; default: asked of the system. */
  readonly look?: (place: string) => Promise<Space>
  /** Milliseconds of a clock that only goes forward. */
  readonly now?: () => number
}

const EVERY_MS = 1000
const LOOK_MS = 2000
/** One look serves all who ask within this time. */
const FRESH_MS = 200

/** Watches a disk as long as it is held, and starts the server again that could not write to it, when there is room. */
export const watchDisk = (options: DiskOptions): Disk & Disposable => {
  const { place, lowMb, log, server, look = spaceAt, lookMs = LOOK_MS, now = () => performance.now() } = options
  const mender = server && mendServer({ place, server, log, now })
  let reason: string | undefined
  let last: Look | undefined

  const judge = async (): Promise<void> => {
    const space = await look(place)
    const fault = await server?.writeFault()
    const before = reason
    const short = isShort(space, lowMb, before !== undefined)
    if (isFull(space)) mender?.note('the disk was full', true)
    if (space.unwritable !== undefined) mender?.note(`the disk could not be written: ${space.unwritable}`, true)
    if (fault !== undefined) mender?.note(fault, short)
    reason = short ? shortageText(place, space, lowMb) : mender?.mend()
    if (before === undefined && reason !== undefined) log.warn({ place, free: space.free, fault }, reason)
    if (before !== undefined && reason === undefined) log.info({ place, free: space.free }, 'the disk takes new work again')
  }
  const begin = (): Look => {
    const done = judge().catch((error) =>
      log.warn({ place, error: messageOf(error) }, 'the disk could not be looked at; it is looked at again'),
    )
    return begun(done, now(), lookMs, () => log.warn({ place }, silenceText(place)))
  }
  const fresh = (): Look => {
    if (!last || (last.isDone() && now() - last.at >= FRESH_MS)) last = begin()
    return last
  }
  const timer = setInterval(fresh, options.everyMs ?? EVERY_MS)
  timer.unref()
  return {
    shortage: async () => ((await fresh().inTime) ? reason : silenceText(place)),
    [Symbol.dispose]: () => clearInterval(timer),
  }
}

interface Look {
  readonly at: number
  readonly isDone: () => boolean
  /** Whether it was done before its deadline; a hung disk answers late or never. */
  readonly inTime: Promise<boolean>
}

const begun = (done: Promise<void>, at: number, withinMs: number, onLate: () => void): Look => {
  let isDone = false
  const { promise: inTime, resolve } = Promise.withResolvers<boolean>()
  const deadline = setTimeout(() => {
    onLate()
    resolve(false)
  }, withinMs)
  void done.then(() => {
    isDone = true
    clearTimeout(deadline)
    resolve(true)
  })
  return { at, isDone: () => isDone, inTime }
}

/** Pure. */
const silenceText = (place: string): string => `the disk of ${place} does not answer; no new work is taken until it does`

const spaceAt = async (place: string): Promise<Space> => {
  const { bavail, bsize, blocks } = await statfs(place)
  return { free: bavail * bsize, total: blocks * bsize, unwritable: await whyClosed(place) }
}
