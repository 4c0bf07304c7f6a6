import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { pino } from 'pino'
import type { AnyFunction } from '../../bus/define-function.ts'
import { connectBus } from '../../bus/jetstream/connect.ts'
import { type Runtime, startRuntime } from '../../bus/runtime/runtime.ts'
import { catalogue } from '../../domain/catalogue/index.ts'
import type { Task } from '../../domain/task.ts'
import { taskStory } from '../../domain/task-story.ts'
import admitOutsiders from '../../functions/intake/admit-outsiders.ts'
import { checkConfig } from '../../infra/app/configuration.ts'
import { startNats } from '../support/nats.ts'
import { noSecrets } from '../support/secrets.ts'
import { roomyDisk } from '../support/stubs.ts'
import { type BenchOptions, median, type Result, result, takeTurns, timed } from './measure.ts'

const MANY = 1000
const FEW = 50
const log = pino({ level: 'error' })
const noBlobs = () => Promise.reject(new Error('the benchmark has no blobs'))

const createdTask = (n: number): string =>
  JSON.stringify({ title: `Task ${n}`, category: 'development', priority: 3, description: 'What is to be done.' })

/** Resolves when so many more tasks have been admitted. */
const admissions = (runtime: Runtime<typeof catalogue, Task>) => {
  let count = 0
  let waiting: { count: number; resolve: () => void } | undefined
  runtime.folds.onFact(({ type }) => {
    if (type === 'task.created') count++
    if (waiting && count >= waiting.count) waiting.resolve()
  })
  return (more: number): Promise<void> => {
    const before = count
    return new Promise((resolve) => {
      waiting = { count: before + more, resolve }
    })
  }
}

/**
 * Tasks created at once through the door, which is read and judged meanwhile: each is durable when its publisher has the answer.
 * Beside it the raw client's publishes to a stream that nobody reads.
 */
export const creates = async ({ binary, sync, quick }: BenchOptions): Promise<Result> => {
  await using nats = await startNats(binary, { sync })
  const connection = await connectBus({ url: nats.url, name: 'bench-creates', log })
  const runtime = await startRuntime({
    model: taskStory,
    catalogue,
    connection,
    functions: new Map<string, AnyFunction>([['admit-outsiders', admitOutsiders]]),
    blobs: { put: noBlobs, bytes: noBlobs, text: noBlobs },
    services: { config: checkConfig('the benchmark', {}), sandbox: { missing: null }, disk: roomyDisk, secrets: noSecrets() },
    log,
    ackWaitMs: 5000,
    graceMs: 500,
  })
  const nc = await connect({ servers: nats.url, name: 'bench-outsider' })
  const js = jetstream(nc)
  await (await jetstreamManager(nc)).streams.add({ name: 'RAW', subjects: ['raw.created'] })
  const burst = (subject: string, count: number, round: number): Promise<number> =>
    timed(() =>
      Promise.all(
        [...Array(count).keys()].map((n) =>
          js.publish(subject, createdTask(n), { msgID: `${subject.replace('.', '-')}-${count}-${round}-${n}`, timeout: 30_000 }),
        ),
      ),
    )
  const admitted = admissions(runtime)
  const untilAdmitted: number[] = []
  const ours = (count: number) => async (round: number) => {
    const all = admitted(count)
    const begun = performance.now()
    const answered = await burst('task.created', count, round)
    await all
    if (count === MANY) untilAdmitted.push(performance.now() - begun)
    return answered
  }
  const raw = (count: number) => (round: number) => burst('raw.created', count, round)
  const few = await takeTurns(quick ? 2 : 10, 2, ours(FEW), raw(FEW))
  const many = await takeTurns(quick ? 1 : 4, 1, ours(MANY), raw(MANY))
  await nc.close()
  await runtime.stop()
  await connection.nc.close()
  const note = `${MANY} at once, all admitted after ${median(untilAdmitted).toFixed(0)} ms; ${FEW} at once: ${median(few.ours).toFixed(0)} ms`
  return result('creates', 'ms', median(many.ours), median(many.raw), note)
}
