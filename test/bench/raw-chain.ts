import { AckPolicy, DeliverPolicy, jetstream, jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'

/** A chain that is run by starting it and waiting for its last event. */
export interface Chain extends AsyncDisposable {
  /** Runs one chain to its last stored event. */
  run(id: string): Promise<void>
}

const STREAM = 'RAW'
const SLOTS = 256
const links = [
  ['rawtask.created', 'rawlink.first'],
  ['rawlink.first', 'rawlink.second'],
  ['rawlink.second', 'rawlink.third'],
] as const

/** What one would write by hand: three durables, each publishes the next message with an id and acknowledges. */
export const startRawChain = async (url: string): Promise<Chain> => {
  const nc = await connect({ servers: url, name: 'bench-raw' })
  const [js, jsm] = [jetstream(nc), await jetstreamManager(nc)]
  await jsm.streams.add({ name: STREAM, subjects: ['rawtask.*.*', 'rawlink.*.*'], duplicate_window: 600 * 1_000_000_000 })
  for (const [from, to] of links) {
    const durable = to.replace('.', '-')
    await jsm.consumers.add(STREAM, {
      durable_name: durable,
      ack_policy: AckPolicy.Explicit,
      filter_subject: `${from}.*`,
      max_ack_pending: SLOTS,
    })
    const consumer = await js.consumers.get(STREAM, durable)
    await consumer.consume({
      max_messages: SLOTS,
      callback: (m) => {
        const id = m.subject.split('.')[2]!
        const { n } = m.json<{ n: number }>()
        js.publish(`${to}.${id}`, JSON.stringify({ n: n + 1 }), { msgID: `${to}-${id}` }).then(
          () => m.ack(),
          () => m.nak(),
        )
      },
    })
  }
  const waiting = new Map<string, () => void>()
  const tail = await js.consumers.get(STREAM, { filter_subjects: ['rawlink.third.*'], deliver_policy: DeliverPolicy.New })
  await tail.consume({ callback: (m) => waiting.get(m.subject.split('.')[2]!)?.() })
  return {
    run: async (id) => {
      const done = new Promise<void>((resolve) => waiting.set(id, resolve))
      await js.publish(`rawtask.created.${id}`, '{"n":1}', { msgID: `created-${id}` })
      await done
      waiting.delete(id)
    },
    [Symbol.asyncDispose]: async () => {
      await nc.close()
    },
  }
}
