import type { DoorRequest } from '../define-function.ts'
import { fairQueue } from '../fair-queue.ts'
import type { Consumed, Delivery } from '../jetstream/consume.ts'
import { wait } from '../jetstream/patience.ts'
import type { SenderWatch } from '../jetstream/watch-senders.ts'
import type { Ticker } from './ticker.ts'

/** Where messages wait that were taken before their turn. */

/** A delivery's whole life; `over` says that it stands for many of one sender who had its share already. Never throws. */
export type Deliver = (delivery: Delivery, over?: DoorRequest['over']) => Promise<void>

/** What is over a share is gathered for so long, so that one fact tells of many. */
const GATHER_MS = 100

/** What waits here: in its sender's turn, or gathered to be refused. */
export const queuesOf = (senders: SenderWatch, room: Room) => {
  const waiting = fairQueue<{ sender: string; delivery: Consumed }>()
  const over = new Map<string, Consumed[]>()
  const giveBack = (delivery: Consumed): void => {
    room.leave(delivery)
    delivery.nak()
  }
  return {
    room,
    giveBack,
    place: (delivery: Consumed): void => {
      const { sender, isOver } = senders.whose(delivery)
      const gathered = over.get(sender)
      if (!isOver) waiting.add(sender, { sender, delivery })
      else if (gathered) gathered.push(delivery)
      else over.set(sender, [delivery])
    },
    giveAllBack: (): void => {
      for (const many of over.values()) many.forEach(giveBack)
      over.clear()
      for (const { sender, delivery } of waiting.clear()) {
        senders.decided(sender, delivery.bytes)
        giveBack(delivery)
      }
    },
    /** Whether there was one. */
    decideNext: async (deliver: Deliver): Promise<boolean> => {
      const next = waiting.next()
      if (!next) return false
      await deliver(next.delivery)
      senders.decided(next.sender, next.delivery.bytes)
      room.leave(next.delivery)
      return true
    },
    /** Whether there were any. */
    refuseMany: async (deliver: Deliver): Promise<boolean> => {
      if (over.size === 0) return false
      await wait(GATHER_MS)
      for (const [sender, many] of over) {
        over.delete(sender)
        await deliver(allOf(many), { count: many.length, through: many.at(-1)!.sequence })
        many.forEach(room.leave)
      }
      return true
    },
  }
}

/** Bytes that may wait here: beyond it nothing more is asked for until half of it is done. */
const MOST_BYTES = 128 * 1024 * 1024

/** What is held here, which the bus is told until it is answered. */
interface Room {
  /** Whether the room is full with this one. */
  enter(delivery: Consumed): boolean
  leave(delivery: Consumed): void
  /** Calls back when it was full and half of it is free. */
  onPlace(listener: () => void): void
}

export const roomOf = (ticker: Ticker): Room => {
  const held = new Map<Consumed, () => void>()
  let [bytes, isFull] = [0, false]
  let tell = (): void => undefined
  return {
    enter: (delivery) => {
      held.set(delivery, ticker.hold(delivery, Number.POSITIVE_INFINITY))
      bytes += delivery.bytes
      const wasFull = isFull
      isFull ||= bytes > MOST_BYTES
      return isFull && !wasFull
    },
    leave: (delivery) => {
      held.get(delivery)?.()
      if (held.delete(delivery)) bytes -= delivery.bytes
      if (!isFull || bytes > MOST_BYTES / 2) return
      isFull = false
      tell()
    },
    onPlace: (listener) => {
      tell = listener
    },
  }
}

/** Many deliveries as one: they are acknowledged together. */
const allOf = (many: readonly Delivery[]): Delivery => {
  const [first] = many
  const each = (act: (delivery: Delivery) => void) => (): void => many.forEach(act)
  return {
    ...first!,
    ack: each(({ ack }) => ack()),
    nak: each(({ nak }) => nak()),
    working: each(({ working }) => working()),
    term: (reason) => each(({ term }) => term(reason))(),
  }
}
