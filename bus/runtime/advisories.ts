import type { Catalogue } from '../define-event.ts'
import { messageOf } from '../errors.ts'
import { type Consumption, consumeDurable, type Delivery } from '../jetstream/consume.ts'
import { ADVISORY_DURABLE, isFunction } from '../jetstream/provision-consumers.ts'
import { readOne } from '../jetstream/read.ts'
import type { StoryState } from '../story-model.ts'
import { Streams } from '../subjects.ts'
import { bury } from './dead-letters.ts'
import type { Deliverer } from './deliverer.ts'
import { restore } from './retries.ts'

/** The part of the server's MAX_DELIVERIES advisory that we read. */
interface Advisory {
  stream: string
  consumer: string
  stream_seq: number
  deliveries: number
}

/** A handler that kills its process never reports a failure: after the last delivery the server tells, and the message ends as a dead letter. */
export const followAdvisories = <C extends Catalogue, T extends StoryState, S>(deliverer: Deliverer<C, T, S>): Consumption => {
  const { connection, log } = deliverer.parts
  return consumeDurable(connection, {
    stream: Streams.advisories,
    durable: ADVISORY_DURABLE,
    slots: 1,
    log,
    onDelivery: (delivery) => {
      buryPoison(deliverer, delivery).then(
        () => delivery.ack(),
        (error) => {
          log.error({ error: messageOf(error) }, 'a poison message could not be buried; it is tried again')
          delivery.nak()
        },
      )
    },
  })
}

/** Whichever process hears it buries it, also for functions that only others run: the advisory comes once. */
const buryPoison = async <C extends Catalogue, T extends StoryState, S>(
  deliverer: Deliverer<C, T, S>,
  delivery: Delivery,
): Promise<void> => {
  const advisory = JSON.parse(delivery.body()) as Advisory
  const { connection } = deliverer.parts
  if (!(await isFunction(connection, advisory.stream, advisory.consumer))) return
  const message = await readOne(connection, advisory.stream, advisory.stream_seq)
  if (!message) return
  const nothing = (): void => undefined
  const stored: Delivery = {
    ...message,
    deliveries: advisory.deliveries,
    ack: nothing,
    nak: nothing,
    term: nothing,
    working: nothing,
  }
  const original = restore(advisory.consumer, stored)
  await bury(deliverer, {
    name: advisory.consumer,
    original: { ...original, attempt: advisory.deliveries },
    headers: message.headers(),
    id: advisory.stream === Streams.door ? 'door' : original.message.header('ce-subject') || 'unknown',
    reason: `${advisory.consumer} did not survive this message: it was delivered ${advisory.deliveries} times and never answered`,
    needsHuman: true,
    delivery: stored,
  })
}
