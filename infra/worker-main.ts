import { once } from 'node:events'
import { messageOf } from '../bus/errors.ts'
import { startBrowserWorker } from './browser-worker.ts'
import { ownEnvironment } from './config.ts'
import { createLog } from './log.ts'
import type { WorkerOrder } from './worker-process.ts'

/** The process of the browser worker: it is told over its channel what to do, and ends with who started it. */

const stopping = Promise.withResolvers<void>()
process.on('SIGTERM', stopping.resolve)
process.on('disconnect', stopping.resolve)
// Who started us sends exactly this; the channel is nobody else's.
const [order] = (await once(process, 'message')) as [WorkerOrder]
const log = createLog(order.logLevel).child({ process: 'browser-worker' })
try {
  const worker = await startBrowserWorker({ loaded: order.loaded, env: ownEnvironment(), log, address: order.address })
  await stopping.promise
  await worker[Symbol.asyncDispose]()
  process.exit(0)
} catch (error) {
  log.error({ error: messageOf(error) }, 'the browser worker cannot go on')
  process.exit(1)
}
