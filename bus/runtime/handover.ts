import { randomUUID } from 'node:crypto'
import type { Logger } from 'pino'
import type { AnyFunction } from '../define-function.ts'
import { messageOf, Stopping } from '../errors.ts'
import type { Connection } from '../jetstream/connect.ts'
import { wait } from '../jetstream/patience.ts'
import { peersOf } from '../jetstream/peers.ts'
import type { Room } from '../jetstream/provision-consumers.ts'
import { isNewer, type Peer, whyStandby } from '../peers.ts'

/** How often one that works looks whether a newer one is there: one that was frozen, or started in the same moment, heard no question. */
const LOOK_MS = 10_000
/** How often one that stands by looks, and after how many looks in vain the newer one is gone. */
const STANDBY_LOOK_MS = 1000
const SILENCES = 3

/** What one version hands over to another: taking messages. */
export interface Work {
  /** Makes the durables as this program needs them and takes messages; the same again mends what another changed. */
  begin(older: Pick<Handover, 'heldByOlder'>): Promise<void>
  /** Takes no more messages, and returns as soon as none comes any more. */
  pause(): Promise<void>
  /** Whether the durables are as this program needs them. */
  isInPlace(): Promise<boolean>
  /** Ids of the stories of which a message is held. */
  holds(): string[]
}

/** Between the versions of one room, as one process sees it. */
export interface Handover {
  /** Why this process takes no messages; undefined while it does. */
  standby(): string | undefined
  /** Ids of the stories that older processes still hold; undefined where the bus was away meanwhile. */
  heldByOlder(): Promise<ReadonlySet<string> | undefined>
  /** Does it when no handover is under way; `isActive` is false for one that stands by. */
  between(work: (isActive: boolean) => Promise<void>): Promise<void>
  /** From now on nothing begins here; others still hear what is held. */
  stop(): Promise<void>
  /** Nothing is held any more: others need not reckon with this process. */
  leave(): void
}

export interface HandoverOptions {
  readonly version: string
  readonly room: Room
  readonly functions: ReadonlyMap<string, AnyFunction>
  readonly work: Work
  readonly log: Logger
}

/**
 * Lets of several versions on one bus only the newest take messages. An older one that hears of a newer one stops taking, answers
 * then, and finishes what it holds; one that starts beside a newer one waits. When the newer one is gone, it takes over.
 */
export const openHandover = async (connection: Connection, { version, room, functions, work, log }: HandoverOptions): Promise<Handover> => {
  const born = { id: randomUUID(), version, since: Date.now(), hears: hearsOf(functions) }
  const stopping = new AbortController()
  const standing: Standing = { turn: 0 }
  const self = (): Peer => ({ ...born, turn: standing.turn, active: isActive(standing), holds: work.holds() })
  const peers = peersOf(connection, room, self, log)
  const newest = (found: readonly Peer[] | undefined): Peer | undefined => found?.find((peer) => isNewer(peer, self()))
  const heldByOlder = async () => heldBy((await peers.ask())?.filter((peer) => isNewer(self(), peer)))
  const queue = oneAfterTheOther()
  const steps = stepsOf(standing, { self, work, log, heldByOlder, stopping: stopping.signal })

  const mended = new Set<string>()
  /** An older one that worked while this one did not know of it may have changed the durables. */
  const mendAfter = async (peer: Peer): Promise<void> => {
    const key = `${peer.id} ${peer.turn}`
    if (standing.newer || peer.turn === 0 || peer.active || !isNewer(self(), peer) || mended.has(key)) return
    await queue(steps.mend)
    mended.add(key)
  }
  const look = async (silences: number): Promise<number> => {
    const found = await peers.ask()
    const seen = newest(found)
    if (seen) await queue(() => steps.giveWay(seen))
    for (const peer of found ?? []) await mendAfter(peer)
    if (!standing.newer || seen || !found) return 0
    if (silences + 1 < SILENCES) return silences + 1
    await queue(steps.takeOver)
    return 0
  }

  const before = newest(await peers.ask())
  peers.listen(async (peer) => {
    if (isNewer(peer, self())) await queue(() => steps.giveWay(peer))
    else void mendAfter(peer).catch(toldIn(log))
  })
  await queue(() => (before ? steps.giveWay(before) : steps.begin()))
  void keepLooking(look, () => (standing.newer ? STANDBY_LOOK_MS : LOOK_MS), { log, signal: stopping.signal })
  return {
    standby: () => standing.newer && whyStandby(self(), standing.newer),
    heldByOlder,
    between: (wanted) => queue(() => wanted(!standing.newer)),
    stop: async () => {
      stopping.abort(new Stopping('the process stops'))
      await queue(async () => undefined)
    },
    leave: () => peers.stop(),
  }
}

/** How a process stands among the others. */
interface Standing {
  /** How often it began. */
  turn: number
  /** For whom it stands by. */
  newer?: Peer | undefined
}

const isActive = ({ turn, newer }: Standing): boolean => turn > 0 && !newer

interface StepNeeds extends Pick<HandoverOptions, 'work' | 'log'>, Pick<Handover, 'heldByOlder'> {
  readonly self: () => Peer
  readonly stopping: AbortSignal
}

/** What changes a process's standing; one at a time. */
const stepsOf = (standing: Standing, { self, work, log, heldByOlder, stopping }: StepNeeds) => {
  const begin = async (): Promise<void> => {
    await work.begin({ heldByOlder })
    standing.newer = undefined
    standing.turn++
  }
  const giveWay = async (to: Peer): Promise<void> => {
    const worked = isActive(standing)
    if (!standing.newer) log.warn(whyStandby(self(), to))
    standing.newer = to
    if (worked) await work.pause()
  }
  const takeOver = async (): Promise<void> => {
    if (!standing.newer || stopping.aborted) return
    log.info(`cortex ${standing.newer.version} is gone: this one, ${self().version}, takes the messages again`)
    await begin()
  }
  const mend = async (): Promise<void> => {
    if (standing.newer || stopping.aborted || (await work.isInPlace())) return
    log.info('an older version had changed the durables; they are made anew')
    await work.begin({ heldByOlder })
  }
  return { begin, giveWay, takeOver, mend }
}

/** Looks for others again and again until the signal aborts. Never throws. */
const keepLooking = async (
  look: (silences: number) => Promise<number>,
  pauseMs: () => number,
  { log, signal }: { log: Logger; signal: AbortSignal },
): Promise<void> => {
  for (let silences = 0; !signal.aborted; ) {
    silences = await look(silences).catch((error) => (signal.aborted ? 0 : toldIn(log)(error)))
    await wait(pauseMs(), signal).catch(() => undefined) // only the stop ends this pause
  }
}

const toldIn =
  (log: Logger) =>
  (error: unknown): 0 => {
    log.error({ error: messageOf(error) }, 'one version could not hand over to another; it is tried again')
    return 0
  }

const hearsOf = (functions: ReadonlyMap<string, AnyFunction>): Peer['hears'] =>
  Object.fromEntries([...functions].map(([name, { on = [] }]) => [name, [...on]]))

const heldBy = (peers: readonly Peer[] | undefined): ReadonlySet<string> | undefined =>
  peers && new Set(peers.flatMap(({ holds }) => holds))

/** Runs what it is given one after the other; each caller is told of its own failure. */
const oneAfterTheOther = (): (<T>(work: () => Promise<T>) => Promise<T>) => {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const next = last.then(work)
    last = next.catch(() => undefined)
    return next
  }
}
