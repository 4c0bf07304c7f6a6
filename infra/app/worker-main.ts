import { once } from 'node:events'
import { messageOf } from '../../bus/errors.ts'
import { ConfigFault, ownEnvironment } from '../config/config.ts'
import { startBrowserWorker } from './browser-worker.ts'
import { createLog } from './log.ts'
import { openSecrets } from './open-secrets.ts'
import { cannotStart, type WorkerOrder, type WorkerWord } from './worker-process.ts'

/** The process of the browser worker: it is told over its channel what to do, and ends with who started it. */

const stopping = new AbortController()
const stop = (): void => stopping.abort(new Error('the worker is stopped'))
process.on('SIGTERM', stop)
process.on('disconnect', stop)
const { signal } = stopping
/** Tells who started us, who may be gone: then nobody wants to know. */
const tell = (word: WorkerWord, then: () => void = () => undefined): void => {
  if (process.connected) process.send?.(word, undefined, undefined, then)
  else then()
}
// Who started us sends exactly this; the channel is nobody else's.
const [order] = (await once(process, 'message')) as [WorkerOrder]
const secrets = await openSecrets(order.loaded.config, ownEnvironment())
const log = createLog(order.logLevel, secrets.maskKnown).child({ process: 'browser-worker' })
try {
  const onTurn = (): void => tell({ kind: 'at work' })
  const worker = await startBrowserWorker({ ...order, env: ownEnvironment(), secrets, log, signal, onTurn })
  const gone = signal.aborted ? undefined : await Promise.race([once(signal, 'abort'), worker.closed])
  await worker[Symbol.asyncDispose]()
  if (gone instanceof Error) throw gone
  process.exit(0)
} catch (error) {
  if (signal.aborted) process.exit(0)
  const reason = messageOf(error)
  log[order.known === cannotStart(reason) ? 'debug' : 'error']({ error: reason }, 'the browser worker cannot go on')
  tell({ kind: 'cannot go on', reason, lasts: error instanceof ConfigFault }, () => process.exit(1))
}
