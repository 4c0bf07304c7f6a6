import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { pino } from 'pino'
import { catalogue } from '../../bus/catalogue/index.ts'
import { connectBus } from '../../bus/jetstream/connect.ts'
import { provisionStreams } from '../../bus/jetstream/provision.ts'
import { startNats } from '../support/nats.ts'
import { type BenchOptions, median, type Result, result, takeTurns, timed } from './measure.ts'

const MANY = 1000
const FEW = 50

/** Tasks created at once through the door: each is durable when its publisher has the answer. */
export const creates = async ({ binary, sync, quick }: BenchOptions): Promise<Result> => {
  await using nats = await startNats(binary, { sync })
  const connection = await connectBus({ url: nats.url, name: 'bench-creates', log: pino({ level: 'error' }) })
  await provisionStreams(connection.jsm, catalogue)
  const nc = await connect({ servers: nats.url, name: 'bench-outsider' })
  const js = jetstream(nc)
  await (await jetstreamManager(nc)).streams.add({ name: 'RAW', subjects: ['raw.created'] })
  const burst = (subject: string, count: number) => (round: number) =>
    timed(() =>
      Promise.all(
        [...Array(count).keys()].map((n) => {
          const body = JSON.stringify({ title: `Task ${n}`, category: 'development', priority: 3, description: 'What is to be done.' })
          return js.publish(subject, body, { msgID: `${subject}-${count}-${round}-${n}`, timeout: 30_000 })
        }),
      ),
    )
  const rounds = quick ? 2 : 10
  const few = await takeTurns(rounds, 2, burst('task.created', FEW), burst('raw.created', FEW))
  const many = await takeTurns(rounds, 2, burst('task.created', MANY), burst('raw.created', MANY))
  await nc.close()
  await connection.nc.close()
  return result('creates', 'ms', median(many.ours), median(many.raw), `${MANY} at once; ${FEW} at once: ${median(few.ours).toFixed(0)} ms`)
}
