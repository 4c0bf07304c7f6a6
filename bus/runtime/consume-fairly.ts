import type { Logger } from 'pino'
import type { Connection } from '../jetstream/connect.ts'
import { type Consumed, type Consumption, consumeDurable } from '../jetstream/consume.ts'
import type { SenderWatch } from '../jetstream/watch-senders.ts'
import type { Ticker } from './ticker.ts'
import { type Deliver, queuesOf, roomOf } from './waiting-room.ts'

interface FairConsumption {
  readonly stream: string
  readonly durable: string
  readonly senders: SenderWatch
  readonly ticker: Ticker
  readonly deliver: Deliver
  readonly log: Logger
}

/** Messages that are asked for before they come. */
const PULLED = 256
/**
 * Reads ahead in a durable, so that each sender's messages stand in a queue of their own, and hands them on one at a time, the senders
 * in turns. What is over a sender's share is handed on beside them, many at once, to be refused.
 */
export const consumeFairly = (connection: Connection, { senders, ticker, deliver, ...durable }: FairConsumption): Consumption => {
  const arrived: Consumed[] = []
  const queues = queuesOf(senders, roomOf(ticker))
  let isOpen = true
  const giveBack = (): void => {
    for (const delivery of arrived.splice(0)) queues.giveBack(delivery)
    queues.giveAllBack()
  }
  const sort = lonely(async () => {
    const batch = arrived.splice(0)
    const last = batch.at(-1)
    if (!last) return false
    await senders.caughtUp()
    batch.forEach(queues.place)
    senders.read(last)
    if (!isOpen) queues.giveAllBack()
    decide()
    refuse()
    return true
  })
  const decide = lonely(() => queues.decideNext(deliver))
  const refuse = lonely(() => queues.refuseMany(deliver))
  const consumption = consumeDurable(connection, {
    ...durable,
    slots: PULLED,
    onDelivery: (delivery) => {
      arrived.push(delivery)
      if (queues.room.enter(delivery)) void consumption.pause()
      sort()
    },
  })
  queues.room.onPlace(() => isOpen && consumption.restart())
  return {
    ended: consumption.ended,
    restart: () => {
      giveBack()
      isOpen = true
      consumption.restart()
    },
    pause: async () => {
      isOpen = false
      await consumption.pause()
      giveBack()
    },
    stop: async () => {
      isOpen = false
      await consumption.stop()
      giveBack()
      senders.stop()
    },
  }
}

/** Does the work again and again until it says that nothing is left: never twice at once, however often it is called. */
const lonely = (work: () => Promise<boolean>): (() => void) => {
  let [isRunning, again] = [false, false]
  const run = async (): Promise<void> => {
    while (again) {
      again = false
      while (await work());
    }
    isRunning = false
  }
  return () => {
    again = true
    if (isRunning) return
    isRunning = true
    void run()
  }
}
