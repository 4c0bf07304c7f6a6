import type { Catalogue } from '../define-event.ts'
import type { AnyFunction, DoorRequest } from '../define-function.ts'
import type { Connection } from '../jetstream/connect.ts'
import { type Consumption, consumeDurable, type Delivery } from '../jetstream/consume.ts'
import { watchSenders } from '../jetstream/watch-senders.ts'
import type { StoryState } from '../story-model.ts'
import { openDoorSubjects, Streams } from '../subjects.ts'
import { followAdvisories } from './advisories.ts'
import { consumeFairly } from './consume-fairly.ts'
import type { Deliverer } from './deliverer.ts'
import { deliver } from './delivery.ts'

/** The messages that this process takes for its functions. */
export interface Pulling {
  /** Takes messages, also after a pause; what was asked of durables that are made anew is asked again. */
  begin(): void
  /** Takes no more until it begins again; returns when none comes any more. What is held goes on. */
  pause(): Promise<void>
  stop(): Promise<void>
  /** Ids of the stories of which a message is held. */
  stories(): string[]
  /** Resolves when nothing is held any more. */
  idle(): Promise<unknown>
}

/** Every function pulls its messages, and one durable hears of poison. Nothing is asked for before it begins. `watch` sees who sends what to the door. */
export const pullingFor = <C extends Catalogue, T extends StoryState, S>(
  deliverer: Deliverer<C, T, S>,
  functions: ReadonlyMap<string, AnyFunction>,
  watch: Connection | undefined,
): Pulling => {
  /** What was handed over and is not acknowledged yet, with the id of its story; '' for requests. */
  const held = new Map<Promise<void>, string>()
  const { connection, catalogue, log } = deliverer.parts
  const consume = ([name, fn]: [string, AnyFunction]): Consumption => {
    const take = (delivery: Delivery, over?: DoorRequest['over']): Promise<void> => {
      const work = deliver(deliverer, name, fn, delivery, over).finally(() => held.delete(work))
      held.set(work, fn.door ? '' : (delivery.subject.split('.')[2] ?? ''))
      return work
    }
    const durable = { stream: fn.door ? Streams.door : Streams.events, durable: name, log }
    if (!fn.share || !watch) {
      const slots = fn.ordered ? 1 : (fn.concurrency ?? 16)
      return consumeDurable(connection, { ...durable, slots, onDelivery: (delivery) => void take(delivery) })
    }
    const subjects = openDoorSubjects(catalogue).filter((type) => fn.takes?.includes(type))
    const senders = watchSenders(watch, subjects, fn.share)
    return consumeFairly(connection, { ...durable, senders, ticker: deliverer.ticker, deliver: take })
  }
  let consumptions: readonly Consumption[] | undefined
  const all = async (ask: (consumption: Consumption) => Promise<void>): Promise<void> => {
    await Promise.all((consumptions ?? []).map(ask))
  }
  return {
    begin: () => {
      for (const consumption of consumptions ?? []) consumption.restart()
      consumptions ??= [...[...functions].map(consume), followAdvisories(deliverer)]
    },
    pause: () => all((consumption) => consumption.pause()),
    stop: () => all((consumption) => consumption.stop()),
    stories: () => [...new Set(held.values())].filter((id) => id !== ''),
    idle: () => Promise.allSettled([...held.keys()]),
  }
}
