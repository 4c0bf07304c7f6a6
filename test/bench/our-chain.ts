import { pino } from 'pino'
import type { AnyFunction } from '../../bus/define-function.ts'
import { encode } from '../../bus/envelope.ts'
import { connectBus } from '../../bus/jetstream/connect.ts'
import { store } from '../../bus/jetstream/publish.ts'
import { startRuntime } from '../../bus/runtime/runtime.ts'
import { taskStory } from '../../domain/task-story.ts'
import { chainCatalogue } from '../support/chain.ts'
import type { Chain } from './raw-chain.ts'

const log = pino({ level: 'error' })
const noBlobs = () => Promise.reject(new Error('the benchmark has no blobs'))

/** Our functions on our runtime, as `cortex up` runs them. */
export const startOurChain = async (url: string, functions: Record<string, AnyFunction>): Promise<Chain> => {
  const connection = await connectBus({ url, name: 'bench-ours', log })
  const runtime = await startRuntime({
    catalogue: chainCatalogue,
    model: taskStory,
    connection,
    functions: new Map(Object.entries(functions)),
    blobs: { put: noBlobs, bytes: noBlobs, text: noBlobs },
    services: undefined,
    log,
    ackWaitMs: 5000,
    graceMs: 500,
  })
  const waiting = new Map<string, () => void>()
  runtime.folds.onFact(({ type, subject }) => {
    if (type === 'link.third') waiting.get(subject)?.()
  })
  const never = new AbortController().signal
  return {
    run: async (id) => {
      const done = new Promise<void>((resolve) => waiting.set(id, resolve))
      const event = { id: `created-${id}`, type: 'task.created', subject: id, source: 'bench', time: new Date().toISOString() }
      const wire = encode(chainCatalogue, { ...event, causedBy: 'bench', hops: 0, data: { n: 1 } })
      await store(connection, [{ ...wire, messageId: event.id }], never)
      await done
      waiting.delete(id)
    },
    [Symbol.asyncDispose]: async () => {
      await runtime.stop()
      await connection.nc.close()
    },
  }
}
